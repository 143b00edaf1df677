import { expect, test } from 'vitest';
import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { inInboxOrder } from '@benchmate/shared/domain/inbox-order';
import { pageOf } from './page.ts';

const item = (kind: InboxItem['kind'], since: number, itemId: string): InboxItem => ({
  itemId,
  kind,
  who: '',
  sentence: '',
  next: '',
  evidence: [],
  since,
  until: null,
  project: null,
  action: '',
  place: { kind: 'team' },
  dismissible: false,
});

test('I4: most pressing first, of one kind the newest', () => {
  const items = [item('invite', 9, 'i'), item('review', 1, 'old'), item('review', 2, 'new'), item('fork', 0, 'f')];
  expect(inInboxOrder(items).map(({ itemId }) => itemId)).toEqual(['f', 'new', 'old', 'i']);
});

test('I4: ten thousand come page by page, each once, also when what a page ended with is settled meanwhile', () => {
  const items = inInboxOrder(Array.from({ length: 10_000 }, (_, index) => item('review', index, `r${index}`)));
  const seen: string[] = [];
  let list = items;
  let cursor: string | null | undefined;
  do {
    const page = pageOf(list, { limit: 1000, cursor: cursor ?? undefined });
    seen.push(...page.items.map(({ itemId }) => itemId));
    cursor = page.cursor;
    list = list.filter(({ itemId }) => itemId !== page.items.at(-1)?.itemId);
  } while (cursor !== null);
  expect(seen).toEqual(items.map(({ itemId }) => itemId));
});
