import { beforeAll, expect, test, vi } from 'vitest';
import type { Observer } from '@benchmate/shared/protocol/contract';
import type { LiveList as List } from './live-list.ts';

interface Item {
  id: string;
  state: string;
}

let LiveList: typeof List;
beforeAll(async () => {
  vi.stubGlobal('location', { origin: 'http://127.0.0.1:1' }); // the module of the connection asks where the page is from
  ({ LiveList } = await import('./live-list.ts'));
});

/** A list whose readings are answered by hand, and the voice of its announcements. */
function listening() {
  const reads: ((items: Item[]) => void)[] = [];
  let observer!: Observer<readonly Item[]>;
  const list = new LiveList<Item>({
    idOf: ({ id }) => id,
    read: async add => add(await new Promise<Item[]>(resolve => reads.push(resolve))),
    follow: given => {
      observer = given;
      return { unsubscribe: () => {} };
    },
  });
  list.subscribe(() => {});
  observer.connected?.();
  const shown = () => Object.fromEntries(list.snapshot().items.map(({ id, state }) => [id, state]));
  const asked = () => vi.waitFor(() => expect(reads).not.toHaveLength(0));
  return { list, announce: (...items: Item[]) => observer.next(items), reads, asked, shown };
}

test('an answer that is older than an announcement does not undo it', async () => {
  const { list, announce, reads, asked, shown } = listening();
  await asked();
  reads.pop()!([{ id: 'team', state: 'alone' }]);
  await vi.waitFor(() => expect(list.snapshot().phase).toBe('ready'));
  let settle!: (item: Item) => void;
  const answered = list.answer(new Promise<Item>(resolve => (settle = resolve)));
  announce({ id: 'team', state: 'shared' });
  settle({ id: 'team', state: 'connecting' });
  expect(await answered).toEqual({ id: 'team', state: 'connecting' });
  await vi.waitFor(() => expect(shown()).toEqual({ team: 'shared' }));

  await list.answer(Promise.resolve({ id: 'team', state: 'paused' }));
  await vi.waitFor(() => expect(shown()).toEqual({ team: 'paused' }));
});

test('a reading that was under way neither undoes nor drops what was announced meanwhile', async () => {
  const { list, announce, reads, asked, shown } = listening();
  await asked();
  announce({ id: 'a', state: 'new' }, { id: 'b', state: 'new' });
  reads.pop()!([
    { id: 'a', state: 'old' },
    { id: 'c', state: 'old' },
  ]);
  await vi.waitFor(() => expect(list.snapshot().phase).toBe('ready'));
  expect(shown()).toEqual({ a: 'new', b: 'new', c: 'old' });

  void list.reload();
  await asked();
  reads.pop()!([{ id: 'a', state: 'newest' }]);
  await vi.waitFor(() => expect(shown()).toEqual({ a: 'newest' }));
});
