import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import type { ModelReview } from '@benchmate/shared/domain/model-review';
import { programFile } from '../support/program-file.ts';
import { allShared, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

// A review of a model version by two people, with a real sync server and two engines; each step rests on those before it.
const projectId = 'churn-0a1b2c3d';
const card = '# Churn\n\nTrained on Norwegian customers alone.\n\n## Metrics\n\nAUC 0.91\n';
let bench: TeamBench;
let ana: Device;
let ben: Device;
let folder: string;
let endWatching = () => {};

beforeAll(async () => {
  bench = await openTeamBench();
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
  await ana.client.team.connect.mutate({ serverUrl: bench.serverUrl });
  const { link } = await ana.client.team.invite.mutate({ role: 'reviewer' });
  await ben.client.team.join.mutate({ link, name: 'Ben' });
  await allShared(ben);
  folder = join(bench.dir, 'churn');
  mkdirSync(folder);
  writeFileSync(join(folder, 'benchmate.yaml'), `id: ${projectId}\nname: churn\nmodel: churn\n`);
  writeFileSync(join(folder, 'MODEL_CARD.md'), card);
  for (const { client } of [ana, ben]) await client.projects.open.mutate({ dir: folder });
  await ana.client.registry.setPolicy.mutate({ alias: 'champion', approvals: 1 });
  await register(card);
  await until(async () => (await ben.client.registry.list.query()).length === 1);
});
afterAll(() => {
  endWatching();
  return bench?.close();
});

const register = (description: string) =>
  ana.client.registry.register.mutate({ model: 'churn', runId: null, source: 's3://bucket/churn', description });

async function benchmate({ dataDir }: Device, ...args: string[]): Promise<string> {
  const cli = programFile('desktop/cli/src/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args, '--data-dir', dataDir], {
    cwd: folder,
  });
  return stdout;
}
const review = async (device: Device, ...args: string[]): Promise<ModelReview> =>
  JSON.parse(await benchmate(device, 'review', ...args, '--json'));
const asked = ({ version }: ModelReview) => version.requests.map(({ name, state }) => [name, state]);

/** What `benchmate watch` printed for Ben. */
let watched = '';
function watchAs({ dataDir }: Device): () => void {
  const cli = programFile('desktop/cli/src/main.ts');
  const env = { ...process.env, NO_COLOR: '1' };
  const child = spawn(process.execPath, [cli, 'watch', '--data-dir', dataDir], { env });
  child.stdout.setEncoding('utf8').on('data', (text: string) => (watched += text));
  return () => void child.kill('SIGINT');
}

test('a request reaches the one who is asked, with what it is about, and any verdict answers it', async () => {
  endWatching = watchAs(ben);
  // What happened before it listened is not shown.
  await until(async () => {
    await ana.client.modelReviews.request.mutate({ model: 'churn', version: 1, people: ['Ben'] });
    return watched.includes('\n');
  });
  expect(asked(await review(ana, 'request', 'churn', '1', '--from', 'ben', '--comment', 'The slices?'))).toEqual([
    ['Ben', 'open'],
  ]);
  const item = await until(async () => {
    const { items } = await ben.client.inbox.list.query({});
    return items.find(({ sentence }) => sentence === 'Ana asks you to review churn v1: “The slices?”');
  });
  expect(item).toMatchObject({ kind: 'review', who: 'Ana', place: { kind: 'model', model: 'churn', version: 1 } });
  expect(await benchmate(ben, 'review', 'show', 'churn', '1')).toMatch(
    /Ben is asked by Ana .*The slices\?[\s\S]*champion needs 1 more approval\.[\s\S]*☐ Card: Metrics/,
  );
  const ask = (name: string) =>
    ana.client.modelReviews.request.mutate({ model: 'churn', version: 1, people: [name], comment: '' });
  await expect(ask('Ana')).rejects.toThrow(/nobody reviews their own work/);
  await expect(ask('Zoe')).rejects.toThrow(/Nobody of the team is called Zoe/);
});

test('submitting publishes the drafted comments with the verdict, once and not when the verdict would not count', async () => {
  const start = card.indexOf('AUC 0.91');
  const anchor = makeAnchor(card, { start, end: start + 8 });
  const target = { kind: 'thread', path: 'MODEL_CARD.md', anchor } as const;
  await ben.client.drafts.create.mutate({ projectId, target, body: 'On which split?' });
  await ana.client.drafts.create.mutate({ projectId, target, body: 'Mine stays mine.' });
  const first = { model: 'churn', version: 1 };
  const [drafted] = (await ana.client.modelReviews.show.query(first)).drafts;
  const own = { ...first, verdict: 'approve' as const, drafts: [drafted!.draftId] };
  await expect(ana.client.modelReviews.submit.mutate(own)).rejects.toThrow(/their own work/);
  expect(await ana.client.drafts.list.query({})).toHaveLength(1);
  const submitted = await review(ben, 'submit', 'churn', '1', '--verdict', 'changes', '--comment', 'See the thread');
  expect(submitted).toMatchObject({ drafts: [], version: { approvals: [{ verdict: 'request-changes' }] } });
  expect(asked(submitted)).toEqual([['Ben', 'answered']]);
  const threads = await until(async () => {
    const found = await ana.client.reviews.threads.query({ projectId });
    return found.length > 0 && found;
  });
  expect(threads.map(({ comments }) => comments.map(({ body }) => body))).toEqual([['On which split?']]);
  expect((await ana.client.modelReviews.show.query(first)).openThreads).toEqual([threads[0]!.threadId]);
  await expect(ben.client.modelReviews.submit.mutate({ ...first, verdict: 'comment' })).rejects.toThrow(
    /The review says nothing/,
  );
  expect((await review(ben, 'submit', 'churn', '1', '--comment', 'and thanks')).version).toMatchObject({
    approvals: [{ verdict: 'request-changes' }],
    remarks: [{ name: 'Ben', comment: 'and thanks' }],
  });
  await until(() => watched.includes('without a vote'));
  const told = watched
    .trimEnd()
    .split('\n')
    .map(line => line.split(/ {2,}/).slice(1).join(': '));
  expect([...new Set(told)]).toEqual([
    'review.requested: Ana asks Ben to review churn v1.',
    'review.verdict: Ben asked for changes to churn v1.',
    'review.verdict: Ben commented on churn v1, without a vote.',
  ]);
  endWatching();
});

test('in the second round the parts say what changed since the last review, and marks end with what they marked', async () => {
  await register(card.replace('0.91', '0.93'));
  await until(async () => (await ben.client.registry.get.query({ model: 'churn' })).versions.length === 2);
  const second = await ben.client.modelReviews.show.query({ model: 'churn', version: 2 });
  expect(second.lastReviewed).toMatchObject({ version: 1, verdict: 'request-changes' });
  expect(second.parts.map(({ label, changed, viewed }) => [label, changed, viewed])).toEqual([
    ['Card: Churn', false, false],
    ['Card: Metrics', true, false],
    ['Files', false, false],
  ]);
  const mark = (version: number, viewed: boolean) =>
    ben.client.modelReviews.setViewed.mutate({ model: 'churn', version, part: 'card:Churn/Metrics', viewed });
  const marked = async (version: number) =>
    (await ben.client.modelReviews.show.query({ model: 'churn', version })).parts.filter(({ viewed }) => viewed).length;
  expect(await mark(1, true)).toMatchObject({ viewed: true });
  expect([await marked(1), await marked(2)]).toEqual([1, 0]);
  await mark(2, true);
  await mark(1, false);
  expect([await marked(1), await marked(2)]).toEqual([0, 1]);
  expect(asked(await ana.client.modelReviews.request.mutate({ model: 'churn', version: 2, people: ['Ben'] }))).toEqual([
    ['Ben', 'open'],
  ]);
  await until(async () =>
    (await ben.client.inbox.list.query({})).items.some(({ next }) => next.includes('since v1, which you reviewed')),
  );
  expect(await benchmate(ben, 'review', 'diff', 'churn', '2')).toMatch(
    /churn v2 since v1[\s\S]*0\.93[\s\S]*not both versions name a run[\s\S]*from the same place/,
  );
  expect((await review(ben, 'approve', 'churn', '2', '--comment', 'Good')).targets).toEqual([
    { alias: 'champion', approvals: { needed: 1, given: 1 }, groups: [] },
  ]);
});

test('a promotion that lacks a required reviewer is refused by name, whoever else approved, on each device', async () => {
  const reviewersFile = join(folder, 'REVIEWERS');
  writeFileSync(reviewersFile, 'models:/churn@champion @Ana|@Cy @Ben\ndata/ @Ben\n');
  await expect(benchmate(ana, 'policy', 'apply', '--uncommitted')).rejects.toThrow(/Nobody of the team is called Cy/);
  const { link } = await ana.client.team.invite.mutate({ role: 'maintainer' });
  const cy = await bench.device('Cy');
  await cy.client.team.join.mutate({ link, name: 'Cy' });
  await until(async () => (await ana.client.team.state.query()).members.some(({ name }) => name === 'Cy'));
  expect(await benchmate(ana, 'policy', 'apply', '--uncommitted')).toBe('1 rule of REVIEWERS counts now.\n');
  expect(await benchmate(ana, 'policy', 'check')).toContain('what REVIEWERS says');
  expect(await benchmate(ana, 'review', 'required', 'data/train.csv')).toBe('data/train.csv: Ben\n');

  // Ben approved already: of the first group, Ana registered the version, so Cy is the one who is missing.
  const promote = (device: Device) =>
    device.client.registry.promote.mutate({ model: 'churn', version: 2, alias: 'champion' });
  await until(async () => (await cy.client.modelReviews.required.query()).rules.length === 1);
  for (const device of [ana, cy])
    await expect(promote(device)).rejects.toThrow('champion needs the approval of Cy; v2 lacks it.');
  const asking = await ana.client.modelReviews.request.mutate({ model: 'churn', version: 2, people: [] });
  expect(asking.version.requests.map(({ name, state }) => [name, state])).toContainEqual(['Cy', 'open']);
  await until(async () => (await cy.client.inbox.list.query({})).items.some(({ who }) => who === 'Ana'));
  await cy.client.modelReviews.submit.mutate({ model: 'churn', version: 2, verdict: 'approve' });
  await until(
    async () => (await ana.client.registry.get.query({ model: 'churn' })).versions[1]!.approvals.length === 2,
  );
  expect((await promote(ana)).aliases).toMatchObject([{ alias: 'champion', contested: false }]);
});

test('a suggestion is shown as an edit, applied where its text stands now, told in the thread, and refused once it changed', async () => {
  const file = join(folder, 'MODEL_CARD.md');
  const start = card.indexOf('Norwegian customers alone');
  const anchor = makeAnchor(card, { start, end: start + 25 });
  const body = 'Say how many.\n\n```suggestion\n12,000 Norwegian customers\n```';
  const { threadId } = await ben.client.reviews.start.mutate({ projectId, path: 'MODEL_CARD.md', anchor, body });
  await until(async () => (await ana.client.reviews.threads.query({ projectId })).length === 2);
  writeFileSync(file, `---\nlicense: mit\n---\n${card}`);
  const preview = await benchmate(ana, 'review', 'apply', threadId, '--preview');
  expect(preview).toBe('MODEL_CARD.md:6\n- Norwegian customers alone\n+ 12,000 Norwegian customers\n');
  expect(readFileSync(file, 'utf8')).toContain('customers alone');
  await benchmate(ana, 'review', 'apply', threadId);
  expect(readFileSync(file, 'utf8')).toBe(
    `---\nlicense: mit\n---\n${card.replace('Norwegian customers alone', '12,000 Norwegian customers')}`,
  );
  const told = await until(async () => {
    const threads = await ben.client.reviews.threads.query({ projectId });
    return threads.find(thread => thread.threadId === threadId && thread.resolved);
  });
  expect(told.comments.map(({ author, body: said }) => [author.name, said])[1]).toEqual([
    'Ana',
    'Applied the suggestion of Ben.',
  ]);
  await expect(benchmate(ana, 'review', 'apply', threadId)).rejects.toThrow(/has changed since|is gone/);

  // Two people react apart to one comment, one of them twice: each kind counts a person once.
  const { commentId } = told.comments[0]!;
  for (const { client } of [ana, ben]) await client.team.setPaused.mutate({ paused: true });
  for (const { client } of [ana, ben, ben])
    await client.reviews.react.mutate({ threadId, commentId, kind: 'up', on: true });
  await ben.client.reviews.react.mutate({ threadId, commentId, kind: 'eyes', on: true });
  for (const { client } of [ana, ben]) await client.team.setPaused.mutate({ paused: false });
  const reactions = async ({ client }: Device) => {
    const thread = (await client.reviews.threads.query({ projectId })).find(known => known.threadId === threadId);
    return thread?.comments[0]?.reactions?.map(({ kind, people }) => [kind, ...people.map(({ name }) => name).sort()]);
  };
  for (const device of [ana, ben])
    await expect
      .poll(() => reactions(device), { timeout: 20_000 })
      .toEqual([
        ['up', 'Ana', 'Ben'],
        ['eyes', 'Ben'],
      ]);
  expect(await benchmate(ben, 'review', 'react', threadId, 'eyes', '--comment', commentId, '--undo')).toContain('👍 ');
  await expect.poll(() => reactions(ana), { timeout: 20_000 }).toEqual([['up', 'Ana', 'Ben']]);
});

test('a session goes through what is missing, changed and open, and keeps its minutes in one note for the day', async () => {
  await register(card.replace('0.91', '0.95'));
  await until(async () => (await ben.client.registry.get.query({ model: 'churn' })).versions.length === 3);
  await ana.client.modelReviews.request.mutate({ model: 'churn', version: 3, people: ['Ben'] });
  const session = async (device: Device) =>
    JSON.parse(await benchmate(device, 'review', 'session', 'churn', '3', '--minutes', '--json'));
  const { agenda, note } = await session(ana);
  expect(agenda).toMatchObject({
    verdicts: [
      'champion needs 1 more approval, and the approval of Cy, and of Ben.',
      'Ben was asked by Ana and has not answered.',
    ],
    threads: [{ text: expect.stringMatching(/^MODEL_CARD\.md:\d+ “AUC 0\.91” Ben: On which split\?/) }],
  });
  expect(note).toMatchObject({ projectId, about: 'model:churn', body: expect.stringContaining('## Open threads') });
  await until(async () => (await ben.client.notes.list.query({ projectId })).length === 1);
  expect((await session(ben)).note).toMatchObject({ noteId: note.noteId });
});

test('R21 to R23 a card is reviewed by what it says: asked, approved, outdated once it changes; CI’s gate says who is missing', async () => {
  writeFileSync(join(folder, 'REVIEWERS'), 'MODEL_CARD.md @Ben|@Cy\n');
  const file = join(folder, 'MODEL_CARD.md');
  writeFileSync(file, card);
  const check = async (device: Device) => {
    try {
      return [0, await benchmate(device, 'review', 'check', 'MODEL_CARD.md', 'benchmate.yaml')] as const;
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string };
      return [code, stdout] as const;
    }
  };
  const none = 'benchmate.yaml: REVIEWERS names nobody.\n';
  expect(await check(ana)).toEqual([1, `MODEL_CARD.md lacks the approval of Ben or Cy.\n${none}`]);
  expect(await benchmate(ana, 'review', 'request', 'MODEL_CARD.md', '--comment', 'Intended use?')).toMatch(
    /^Review of MODEL_CARD\.md\ncontent [0-9a-f]{12}, not as committed\nBen is asked by Ana .*“Intended use\?”/,
  );
  const item = await until(async () => {
    const { items } = await ben.client.inbox.list.query({ project: 'churn' });
    return items.find(({ sentence }) => sentence === 'Ana asks you to review MODEL_CARD.md of churn: “Intended use?”');
  });
  expect(item).toMatchObject({ kind: 'review', who: 'Ana', place: { kind: 'file', projectId, path: 'MODEL_CARD.md' } });
  // Not by who asked; and what comes with a checkout of Windows is the same content.
  const vote = (device: Device, verdict: 'approve' | 'comment') =>
    device.client.fileReviews.submit.mutate({ projectId, path: 'MODEL_CARD.md', verdict, comment: 'The *use*' });
  await expect(vote(ana, 'approve')).rejects.toThrow(/nobody votes on what they show/);
  writeFileSync(file, card.replaceAll('\n', '\r\n'));
  await expect(benchmate(ben, 'review', 'show', 'churn')).rejects.toThrow(/named with its number/);
  expect(await benchmate(ben, 'review', 'approve', 'MODEL_CARD.md', '--comment', 'Good')).toMatch(/Ben ✓ approves/);
  writeFileSync(file, card);
  await until(async () => (await ana.client.fileReviews.show.query({ projectId, path: 'MODEL_CARD.md' })).votes[0]);
  expect(await check(ana)).toEqual([0, `MODEL_CARD.md is approved by Ben.\n${none}`]);
  await until(async () => !(await ben.client.inbox.list.query({})).items.some(({ itemId }) => itemId === item.itemId));
  writeFileSync(file, `${card}\nNot for credit decisions.\n`);
  const [code, text] = await check(ana);
  expect([code, text]).toEqual([
    1,
    `MODEL_CARD.md lacks the approval of Ben or Cy. Ben approved what it said before.\n${none}`,
  ]);
  expect(await benchmate(ana, 'review', 'show', 'MODEL_CARD.md')).toContain('about what it said before');
  expect(await benchmate(ana, 'review', 'required', 'MODEL_CARD.md')).toBe(
    'MODEL_CARD.md: Ben or Cy\nMODEL_CARD.md lacks the approval of Ben or Cy. Ben approved what it said before.\n',
  );
  await ana.client.fileReviews.request.mutate({ projectId, path: 'MODEL_CARD.md', people: ['Ben'] });
  await until(async () => (await ben.client.fileReviews.list.query({}))[0]!.requests[0]!.state === 'open');
  expect(await benchmate(ben, 'review', 'decline', 'MODEL_CARD.md')).toContain('Ben was asked; withdrawn');
});
