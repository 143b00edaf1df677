import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Thread } from '@benchmate/shared/domain/review';
import type { Member } from '@benchmate/shared/domain/team';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { ThreadFinder } from '../reviews/thread-finder.ts';
import { OrphanedThreads } from './orphans.ts';

const dir = mkdtempSync(join(tmpdir(), 'benchmate-orphans-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const text = '# Churn\n\nThe model was trained on Norwegian customers alone.\n\nIt is retrained each month.\n';
const start = text.indexOf('The model');
const member = (device: string): Member => ({
  device,
  name: device,
  deviceName: 'd',
  person: device,
  role: 'reviewer',
  projects: {},
  agentOf: null,
  active: true,
  since: '',
});
const members = [member('ana'), member('ben')];
const viewer = (me: number) => ({ me: members[me]!, members, policies: {} });
const thread: Thread = {
  threadId: 't',
  projectId: 'p',
  path: 'MODEL_CARD.md',
  anchor: makeAnchor(text, { start, end: start + 51 }),
  resolved: false,
  comments: [{ commentId: 'c', author: { device: 'ana', name: 'ana' }, body: 'Which years?\nAnd where?', at: 5 }],
};

test('I2 I6: a thread whose text is gone is shown to who wrote in it, until it is resolved or the text is back', async () => {
  let reads = 0;
  const orphans = new OrphanedThreads(() => (reads++, [thread]), new ThreadFinder());
  const look = async (me = 0) =>
    (await orphans.items([{ projectId: 'p', dir }], viewer(me))).map(item => item.sentence);
  const write = (content: string, second: number) => {
    writeFileSync(join(dir, 'MODEL_CARD.md'), content);
    utimesSync(join(dir, 'MODEL_CARD.md'), second, second);
  };
  expect(await look()).toEqual(['MODEL_CARD.md is gone, and with it what the thread of ana was about.']);
  write(text, 1);
  expect(await look()).toEqual([]);
  write('# Churn\n\nNothing of that stands here any more, and it says something else altogether.\n', 2);
  expect(await look()).toEqual(['What the thread of ana was about is gone from MODEL_CARD.md.']);
  orphans.lookAgain();
  expect(await look(1)).toEqual([]);
  orphans.lookAgain();
  const [item] = await orphans.items([{ projectId: 'p', dir }], viewer(0));
  expect(item).toMatchObject({
    since: 2000,
    project: 'p',
    evidence: [`Was: ${text.slice(start, start + 51)}`, 'ana wrote: Which years?'],
    place: { kind: 'thread', threadId: 't', line: 2 },
  });
  orphans.changed({ ...thread, resolved: true });
  expect(await look()).toEqual([]);
  orphans.changed(thread);
  write(text, 3);
  expect(await look()).toEqual([]);
  expect(reads).toBe(1);
});
