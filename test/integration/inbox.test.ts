import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { programFile } from '../support/program-file.ts';
import { startProgram } from '../support/program.ts';
import { allShared, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

// One list of what needs a person, with a real sync server and two engines; each step rests on those before it.
const projectId = 'churn-0a1b2c3d';
const card = '# Churn\n\nThe model was trained on Norwegian customers alone.\n\nIt is retrained each month.\n';
let bench: TeamBench;
let ana: Device;
let ben: Device;

beforeAll(async () => {
  bench = await openTeamBench();
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
  await ana.client.team.connect.mutate({ serverUrl: bench.serverUrl });
  const { link } = await ana.client.team.invite.mutate({ role: 'maintainer' });
  await ben.client.team.join.mutate({ link, name: 'Ben' });
  await allShared(ben);
});
afterAll(() => bench?.close());

const inboxOf = async ({ client }: Device, project?: string) =>
  (await client.inbox.list.query(project === undefined ? {} : { project })).items;
const waits = (device: Device, text: string | RegExp) =>
  until(async () =>
    (await inboxOf(device)).find(({ sentence }) =>
      typeof text === 'string' ? sentence.includes(text) : text.test(sentence),
    ),
  );
const settled = (device: Device, itemId: string) =>
  until(async () => !(await inboxOf(device)).some(item => item.itemId === itemId));

async function benchmate({ dataDir }: Device, ...args: string[]): Promise<string> {
  const cli = programFile('desktop/cli/src/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args, '--data-dir', dataDir]);
  return stdout;
}

/** Both cut off: what they do then, they do without having seen each other. */
async function apart(work: () => Promise<void>): Promise<void> {
  for (const { client } of [ana, ben]) await client.team.setPaused.mutate({ paused: true });
  await work();
  for (const { client } of [ana, ben]) await client.team.setPaused.mutate({ paused: false });
  await Promise.all([ana, ben].map(allShared));
}

test('I2 I3 I5: a review is asked of the other, told at once to who watches, and settled by the verdict', async () => {
  expect(await inboxOf(ben)).toEqual([]);
  expect(await benchmate(ben, 'inbox')).toBe('Nothing waits for you.\n');
  const heard: InboxItem[] = [];
  let connected = () => {};
  const watching = new Promise<void>(resolve => (connected = resolve));
  const subscription = ben.client.inbox.changes.subscribe(undefined, {
    next: items => heard.push(...items),
    connected,
  });
  await watching;
  await ana.client.registry.setPolicy.mutate({ alias: 'champion', approvals: 1 });
  await ana.client.registry.register.mutate({ model: 'churn', runId: null, source: 's3://bucket/churn/1' });
  await until(() => heard.find(({ kind }) => kind === 'review'));
  const asked = await waits(ben, 'churn v1 asks for your verdict; Ana registered it.');
  expect(asked).toMatchObject({
    kind: 'review',
    next: 'champion needs 1 more approval.',
    who: 'Ana',
    project: 'churn',
  });
  expect(await inboxOf(ana)).toEqual([]);
  expect([await inboxOf(ben, 'churn'), await inboxOf(ben, 'fraud')].map(items => items.length)).toEqual([1, 0]);
  expect(await benchmate(ben, 'inbox')).toContain('`benchmate registry approve churn 1`');

  await ben.client.registry.approve.mutate({
    model: 'churn',
    version: 1,
    verdict: 'request-changes',
    comment: 'Which split?',
  });
  await until(() => heard.some(({ itemId, settled: isSettled }) => itemId === asked.itemId && isSettled));
  const changes = await waits(ana, 'Ben asked for changes to churn v1.');
  expect(changes.evidence).toEqual(['Ben: Which split?']);
  await ben.client.registry.approve.mutate({ model: 'churn', version: 1, verdict: 'approve' });
  await settled(ana, changes.itemId);
  const ready = await waits(ana, 'churn v1 has the approvals that champion asks for, by Ben.');
  await ana.client.registry.promote.mutate({ model: 'churn', version: 1, alias: 'champion' });
  await settled(ana, ready.itemId);
  subscription.unsubscribe();
});

test('I1 I3: what is cut off, contested, and does not count is said by each device from what it has', async () => {
  await ana.client.registry.setPolicy.mutate({ alias: 'champion', approvals: 0 });
  for (const version of [2, 3])
    await ana.client.registry.register.mutate({ model: 'churn', runId: null, source: `s3://bucket/churn/${version}` });
  await until(async () => (await ben.client.registry.get.query({ model: 'churn' })).versions.length === 3);
  await until(async () => (await ben.client.registry.policies.query())['champion'] === 0);
  await apart(async () => {
    await ana.client.registry.promote.mutate({ model: 'churn', version: 2, alias: 'champion' });
    await ben.client.registry.promote.mutate({ model: 'churn', version: 3, alias: 'champion' });
    const waiting = await waits(ben, 'not shared: sharing is paused.');
    expect(waiting.sentence).toMatch(/^1 change \(\d+ B\) is not shared/);
    expect(Date.now() - waiting.since).toBeLessThan(60_000);
  });
  const contested = await waits(
    ben,
    'champion of churn is contested: v2 by Ana and v3 by Ben; v1 serves until somebody chooses.',
  );
  const lines = await benchmate(ana, 'inbox', '--project', 'churn');
  expect(lines).toMatch(/`benchmate registry resolve churn champion 2`/);
  await ana.client.registry.resolve.mutate({ model: 'churn', alias: 'champion', version: 3 });
  await settled(ben, contested.itemId);

  // His promotion and her taking his right away did not see each other: his counts nowhere (M11).
  const { person } = (await ben.client.team.state.query()).me;
  await apart(async () => {
    await ben.client.registry.promote.mutate({ model: 'churn', version: 2, alias: 'challenger' });
    await ana.client.team.setRole.mutate({ person, role: 'contributor' });
  });
  const refused = await waits(ben, 'What you signed does not count: Ben promoted churn v2 to challenger.');
  expect(refused).toMatchObject({ kind: 'refused-fact', dismissible: true, place: { kind: 'model', model: 'churn' } });
  const { itemId } = JSON.parse(await benchmate(ben, 'inbox', 'dismiss', refused.itemId, '--json')) as InboxItem;
  expect(itemId).toBe(refused.itemId);
  await settled(ben, itemId);
  await ben.kill();
  await ben.start();
  expect((await inboxOf(ben)).map(item => item.itemId)).not.toContain(itemId);
  await expect(ben.client.inbox.dismiss.mutate({ itemId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('I1 I2: a thread without its text waits for who wrote in it; a fresh invite and a paused webhook for nobody', async () => {
  const dir = join(bench.dir, 'churn');
  mkdirSync(dir);
  writeFileSync(join(dir, 'MODEL_CARD.md'), card);
  await openProject(ana, dir, projectId);
  const start = card.indexOf('The model');
  const anchor = makeAnchor(card, { start, end: start + 51 });
  await ana.client.reviews.start.mutate({ projectId, path: 'MODEL_CARD.md', anchor, body: 'Which years?' });
  expect((await inboxOf(ana, projectId)).length).toBe(0);
  writeFileSync(join(dir, 'MODEL_CARD.md'), '# Churn\n\nSomething else altogether stands here now.\n');
  const orphan = await waits(ana, 'What the thread of Ana was about is gone from MODEL_CARD.md.');
  expect((await inboxOf(ana, projectId)).map(({ itemId }) => itemId)).toEqual([orphan.itemId]);
  await expect(ana.client.inbox.dismiss.mutate({ itemId: orphan.itemId })).rejects.toMatchObject({ code: 'CONFLICT' });
  if (orphan.place.kind !== 'thread') throw new Error('It leads to no thread.');
  await ana.client.reviews.resolve.mutate({ threadId: orphan.place.threadId, resolved: true });
  await settled(ana, orphan.itemId);

  await ana.client.team.invite.mutate({ role: 'viewer', expiresInHours: 2 });
  expect((await inboxOf(ana)).some(({ kind }) => kind === 'invite')).toBe(false); // only in the last half hour

  const { webhook } = await ana.client.webhooks.add.mutate({ url: 'http://127.0.0.1:9999/hook', allowPrivate: true });
  const paused = await benchmate(ana, 'webhooks', 'pause', webhook.webhookId);
  expect(paused).toContain('paused');
  expect((await inboxOf(ana)).some(({ kind }) => kind === 'webhook')).toBe(false);
  expect(await benchmate(ana, 'webhooks', 'resume', webhook.webhookId)).not.toContain('paused');
});

test('I1: a note that the server has no room for is named, and stays here', async () => {
  const server = await startProgram<{ url: string }>('sync-server/src/main.ts', [
    '--data-dir',
    join(bench.dir, 'small'),
    '--quota',
    'documentBytes=20000',
  ]);
  const cleo = await bench.device('Cleo');
  await openProject(cleo, join(bench.dir, 'fraud'), 'fraud-0a1b2c3d');
  await cleo.client.team.connect.mutate({ serverUrl: server.announced.url });
  const body = Array.from({ length: 4000 }, (_, line) => `line ${line}`).join('\n');
  const { noteId } = await cleo.client.notes.create.mutate({ projectId: 'fraud-0a1b2c3d', title: 'Slices', body });
  const refused = await waits(cleo, 'The sync server does not take what was written into the note “Slices”');
  expect(refused).toMatchObject({ kind: 'quota', sentence: expect.stringContaining('larger than the server allows') });
  expect((await cleo.client.notes.get.query({ noteId })).body).toBe(body);
  await server.stop();
});

test('I8: an event is told by the first client that asks', async () => {
  const ask = () => ana.client.inbox.claimNotice.mutate({ eventId: 'e1' });
  expect((await Promise.all([ask(), ask(), ask()])).filter(({ mayTell }) => mayTell)).toHaveLength(1);
});
