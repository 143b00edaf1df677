import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Note } from '@benchmate/shared/domain/note';
import type { Thread } from '@benchmate/shared/domain/review';
import { allShared, formTeam, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

const projectId = 'churn-0a1b2c3d';
const anchor = { quote: 'AUC is 0.91', prefix: '', suffix: '', line: 3 };
let bench: TeamBench;
let ana: Device;
let ben: Device;

beforeAll(async () => {
  bench = await openTeamBench();
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
  await formTeam(bench, [ana, ben]);
  await openProject(ana, join(bench.dir, 'churn'), projectId);
});
afterAll(() => bench?.close());

/** Resolves with the announcement that fits, and how long after now it came. */
function announced<T>(
  subscribe: (observer: { next: (data: T) => void; connected: () => void }) => { unsubscribe: () => void },
  fits: (data: T) => boolean,
): { ready: Promise<void>; came: Promise<{ data: T; at: number }> } {
  const ready = Promise.withResolvers<void>();
  const came = new Promise<{ data: T; at: number }>(resolve => {
    const subscription = subscribe({
      connected: () => ready.resolve(),
      next: data => {
        if (!fits(data)) return;
        subscription.unsubscribe();
        resolve({ data, at: performance.now() });
      },
    });
  });
  return { ready: ready.promise, came };
}

test('an invite makes a team of two, known alike on both devices', async () => {
  const [a, b] = [await ana.client.team.state.query(), await ben.client.team.state.query()];
  expect(b.teamId).toBe(a.teamId);
  expect(a.members.map(({ name }) => name)).toEqual(['Ana', 'Ben']);
  expect(b.members).toEqual(a.members);
});

test('an invite lets in one device', async () => {
  const { link } = await ana.client.team.invite.mutate({ role: 'reviewer' });
  const cleo = await bench.device('Cleo');
  const dan = await bench.device('Dan');
  await cleo.client.team.join.mutate({ link, name: 'Cleo' });
  await expect(dan.client.team.join.mutate({ link, name: 'Dan' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect((await dan.client.team.state.query()).members).toHaveLength(1);
  const { link: unused } = await ana.client.team.invite.mutate({ role: 'reviewer' });
  await expect(ben.client.team.join.mutate({ link: unused, name: 'Ben' })).rejects.toMatchObject({
    code: 'ALREADY_EXISTS',
  });

  const { device } = await cleo.client.team.state.query();
  await ana.client.team.removeMember.mutate({ device });
  await until(async () => (await cleo.client.team.state.query()).sync.state === 'refused');
  await cleo.client.team.join.mutate({ link: unused, name: 'Cleo again' });
  await allShared(cleo);
  const back = (await ana.client.team.state.query()).members.find(member => member.device === device);
  expect(back).toMatchObject({ name: 'Cleo again', active: true });
  await expect(dan.client.team.join.mutate({ link: 'benchmate:join#e30', name: 'Dan' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
});

test('S6: a note, a comment and a pinned baseline arrive at the teammate', async () => {
  const note = announced<Note>(
    observer => ben.client.notes.changes.subscribe(undefined, observer),
    ({ body }) => body === 'Drop the id column.',
  );
  const comment = announced<Thread>(
    observer => ben.client.reviews.changes.subscribe({ projectId }, observer),
    ({ comments }) => comments.length === 1,
  );
  await Promise.all([note.ready, comment.ready]);
  const wrote = performance.now();
  await ana.client.notes.create.mutate({ projectId, title: 'Leak', body: 'Drop the id column.' });
  const noteMs = (await note.came).at - wrote;
  const commented = performance.now();
  await ana.client.reviews.start.mutate({ projectId, path: 'MODEL_CARD.md', anchor, body: 'Which split?' });
  const thread = await comment.came;
  const commentMs = thread.at - commented;
  console.log(`note arrived after ${noteMs.toFixed(0)} ms, first comment on a file after ${commentMs.toFixed(0)} ms`);
  expect(thread.data.comments[0]).toMatchObject({ body: 'Which split?', author: { name: 'Ana' } });
  expect(noteMs).toBeLessThan(3000);
  expect(commentMs).toBeLessThan(3000);

  await ana.client.projects.pinBaseline.mutate({ projectId, runId: 'a'.repeat(32) });
  await until(async () => (await ben.client.projects.get.query({ projectId })).baselineRunId === 'a'.repeat(32));
});

test('S7: both cut off, both edit the same note and thread: merged and equal on reconnect', async () => {
  const { noteId } = await ana.client.notes.create.mutate({
    projectId,
    title: 'Plan',
    body: 'First line.\nSecond line.\n',
  });
  const { threadId } = await ana.client.reviews.start.mutate({ projectId, path: 'train.py', anchor, body: 'Why 0.1?' });
  await until(async () => (await ben.client.notes.get.query({ noteId })).body.includes('Second'));
  await until(async () => (await ben.client.reviews.threads.query({ projectId, path: 'train.py' })).length === 1);
  for (const { client } of [ana, ben]) {
    const { sync } = await client.team.setPaused.mutate({ paused: true });
    expect(sync).toMatchObject({ state: 'paused', unshared: 0 });
  }

  await ana.client.notes.write.mutate({ noteId, body: 'First line, by Ana.\nSecond line.\n' });
  await ben.client.notes.write.mutate({ noteId, body: 'First line.\nSecond line, by Ben.\n' });
  await ana.client.reviews.reply.mutate({ threadId, body: 'Because of the paper.' });
  await ben.client.reviews.reply.mutate({ threadId, body: 'Try 0.05.' });
  expect((await ana.client.team.state.query()).sync).toMatchObject({ state: 'paused', unshared: 2 });

  for (const { client } of [ana, ben]) await client.team.setPaused.mutate({ paused: false });
  for (const device of [ana, ben]) await allShared(device);
  const both = async (device: Device) => ({
    note: (await device.client.notes.get.query({ noteId })).body,
    thread: (await device.client.reviews.threads.query({ projectId, path: 'train.py' }))[0]?.comments.map(c => c.body),
  });
  const merged = await until(async () => {
    const [a, b] = [await both(ana), await both(ben)];
    return JSON.stringify(a) === JSON.stringify(b) && a.thread?.length === 3 ? a : null;
  });
  expect(merged.note).toBe('First line, by Ana.\nSecond line, by Ben.\n');
  expect(merged.thread?.toSorted()).toEqual(['Because of the paper.', 'Try 0.05.', 'Why 0.1?']);
});

test('who may only look leaves nothing behind that waits for ever: not by opening a project, not by pinning', async () => {
  const { link } = await ana.client.team.invite.mutate({ role: 'viewer' });
  const vic = await bench.device('Vic');
  await openProject(vic, join(bench.dir, 'vics'), 'vics-0a1b2c3d');
  await vic.client.team.join.mutate({ link, name: 'Vic' });
  await openProject(vic, join(bench.dir, 'vics-second'), 'vics-second-0a1b2c3d');
  const pin = vic.client.projects.pinBaseline.mutate({ projectId: 'vics-0a1b2c3d', runId: 'a'.repeat(32) });
  await expect(pin).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const place = { projectId: 'vics-0a1b2c3d', path: 'MODEL_CARD.md' };
  const comment = vic.client.reviews.start.mutate({ ...place, anchor, body: 'Why?' });
  await expect(comment).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const note = vic.client.notes.create.mutate({ projectId: 'vics-0a1b2c3d', title: 'A note', body: '' });
  await expect(note).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await allShared(vic);
});
