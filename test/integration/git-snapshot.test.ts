import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deviceKeys } from '@benchmate/shared/facts/keys';
import { writeEntry } from '@benchmate/shared/facts/write-entry';
import { commandLine } from '../support/command-line.ts';
import { mlflowPython } from '../support/python.ts';
import { formTeam, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

// N16: a clone shows everything without a server (rules G1 to G9 in desktop/engine/src/features/snapshot/SPEC.md).
const projectId = 'churn-0a1b2c3d';
const anchor = { quote: 'lr: 0.1', prefix: '', suffix: '', line: 2 };
let bench: TeamBench;
let ana: Device;
let ben: Device;
let guest: Device;
let repository: string;
let clone: string;

function git(dir: string, ...args: string[]): string {
  return execFileSync(
    'git',
    ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '-c', 'core.autocrlf=false', ...args],
    {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}
const commit = (dir: string, words: string) => {
  git(dir, 'add', '-A');
  git(dir, 'commit', '-qm', words);
};
/** Every file of a snapshot, by its path. */
const filesOf = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(dir, '.benchmate'), { recursive: true, withFileTypes: true })
      .filter(each => each.isFile())
      .map(each => join(each.parentPath, each.name))
      .map(file => [relative(dir, file), readFileSync(file, 'utf8')]),
  );
const hashOf = async ({ client }: Device) => (await client.snapshot.view.query({ projectId })).hash;
const write = ({ client }: Device) => client.snapshot.write.mutate({ projectId });
const read = ({ client }: Device) => client.snapshot.read.mutate({ projectId });

beforeAll(async () => {
  bench = await openTeamBench();
  [ana, ben, guest] = await Promise.all([bench.device('Ana'), bench.device('Ben'), bench.device('Guest')]);
  await formTeam(bench, [ana, ben]);
  repository = join(bench.dir, 'churn');
  clone = join(bench.dir, 'clone');
  await openProject(ana, repository, projectId);
  const { notes, reviews, registry } = ana.client;
  const plan = await notes.create.mutate({ projectId, title: 'Plan <b>', body: '# Try\n\n- smaller lr\n' });
  await notes.write.mutate({ noteId: plan.noteId, body: '# Try\n\n- a smaller lr\n- more data\n', base: plan.body });
  const thread = await reviews.start.mutate({ projectId, path: 'params.yaml', anchor, body: 'Why *this*?' });
  await reviews.reply.mutate({ threadId: thread.threadId, body: 'It was the default.' });
  await registry.setPolicy.mutate({ alias: 'champion', approvals: 1 });
  await registry.register.mutate({ model: 'churn', source: 's3://one', runId: null });
  await until(async () => (await ben.client.registry.list.query()).length === 1);
  const first = { model: 'churn', version: 1 };
  const { modelReviews } = ana.client;
  await modelReviews.request.mutate({ ...first, people: ['Ben'], comment: 'The slices?' });
  await until(async () => (await ben.client.registry.list.query())[0]?.versions[0]?.requests.length === 1);
  await ben.client.registry.approve.mutate({ ...first, comment: 'Looks | good' });
  await ben.client.modelReviews.submit.mutate({ ...first, verdict: 'comment', comment: 'and thanks' });
  await until(async () => (await registry.list.query())[0]?.versions[0]?.remarks.length === 1);
  await modelReviews.setRequired.mutate({ rules: [{ pattern: 'churn@champion', people: [['Ben']] }], from: '' });
  const file = { projectId, path: 'benchmate.yaml' };
  await ana.client.fileReviews.submit.mutate({ ...file, verdict: 'approve', comment: 'As agreed' });
  const { commentId } = thread.comments[0]!;
  await reviews.react.mutate({ threadId: thread.threadId, commentId, kind: 'heart', on: true });
  await registry.promote.mutate({ model: 'churn', version: 1, alias: 'champion' });
  await bench.killServer();
  git(repository, 'init', '-q', '-b', 'main');
}, 60_000);
afterAll(() => bench?.close());

test('G1 G4 G9: a clone shows every note, thread and approval in a new engine, offline; nothing changed, nothing written', async () => {
  const first = await write(ana);
  expect(first.changed).toBe(first.files);
  const { benchmate } = commandLine(bench.dir, repository);
  const again = await benchmate(['snapshot', 'write'], { env: { BENCHMATE_DATA_DIR: ana.dataDir } });
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).toContain(`.benchmate was up to date (${first.files} files).`);
  commit(repository, 'first');
  git(bench.dir, 'clone', '-q', repository, clone);

  expect(await hashOf(guest)).not.toBe(await hashOf(ana));
  await guest.client.projects.open.mutate({ dir: clone });
  const taken = await read(guest);
  expect(taken).toMatchObject({ asGuest: true, refused: [] });
  expect(taken.documents).toBeGreaterThanOrEqual(4);
  expect(await guest.client.snapshot.view.query({ projectId })).toEqual({
    hash: await hashOf(ana),
    notes: 1,
    threads: 1,
    versions: 1,
  });
  const more = await benchmate(['snapshot', 'read'], { cwd: clone, env: { BENCHMATE_DATA_DIR: guest.dataDir } });
  expect(more).toMatchObject({ code: 0, stdout: 'Nothing new in the snapshot.\n', stderr: '' });
  expect((await guest.client.notes.list.query({}))[0]?.body).toBe('# Try\n\n- a smaller lr\n- more data\n');
  expect((await guest.client.registry.get.query({ model: 'churn' })).versions[0]?.approvals).toMatchObject([
    { name: 'Ben', verdict: 'approve' },
  ]);
  // So is who was asked and what was said without a vote: now, as it was, and in an archive; reactions, too.
  const asks = { name: 'Ben', by: { name: 'Ana' }, comment: 'The slices?', state: 'answered' };
  const then = await guest.client.audit.asOf.query({ at: '2999-01-01T00:00:00.000Z' });
  expect(then.aliases).toMatchObject([
    { requests: [asks], remarks: [{ name: 'Ben', comment: 'and thanks' }], required: [['Ben']] },
  ]);
  const asOf = await benchmate(['registry', 'as-of', '2999-01-01'], { env: { BENCHMATE_DATA_DIR: guest.dataDir } });
  expect(asOf.stdout.replaceAll(/\s+/g, ' ')).toMatch(/✓ Ben, · Ben \(no vote\) \(policy: 1; required: Ben\)/);
  const zip = join(bench.dir, 'guest.zip');
  const archived = await benchmate(['archive', zip], { env: { BENCHMATE_DATA_DIR: guest.dataDir } });
  expect(archived).toMatchObject({ code: 0 });
  const unpacked = join(bench.dir, 'unpacked');
  execFileSync(await mlflowPython(), ['-m', 'zipfile', '-e', zip, unpacked]);
  const lineOf = (name: string) => JSON.parse(readFileSync(join(unpacked, name), 'utf8')) as unknown;
  expect(lineOf('models.jsonl')).toMatchObject({
    versions: [{ requests: [asks], remarks: [{ comment: 'and thanks' }] }],
  });
  expect(lineOf('threads.jsonl')).toMatchObject({
    comments: [{ reactions: [{ kind: 'heart', people: [{ name: 'Ana' }] }] }, {}],
  });
  const folder = filesOf(clone);
  expect(folder['.benchmate/registry.md']).toContain('  - Ben: asked by Ana, answered, ');
  expect(Object.values(folder).join('')).toContain('❤️ Ana');
  // A gate for CI needs the clone alone: what was approved on another machine is what lies here.
  writeFileSync(join(clone, 'REVIEWERS'), 'benchmate.yaml @Ana\n');
  const gate = () =>
    benchmate(['review', 'check', 'benchmate.yaml'], { cwd: clone, env: { BENCHMATE_DATA_DIR: guest.dataDir } });
  expect(await gate()).toMatchObject({ code: 0, stdout: 'benchmate.yaml is approved by Ana.\n' });
  appendFileSync(join(clone, 'benchmate.yaml'), '# more\n');
  expect(await gate()).toMatchObject({
    code: 1,
    stdout: 'benchmate.yaml lacks the approval of Ana. Ana approved what it said before.\n',
  });
  git(clone, 'checkout', '-q', 'benchmate.yaml');
  rmSync(join(clone, 'REVIEWERS'));
  // A guest writes the very same bytes, and nothing else.
  expect(await write(guest)).toMatchObject({ changed: 0 });
  await expect(guest.client.notes.create.mutate({ projectId, title: 'x' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await guest.kill();
  await guest.start();
  expect(await hashOf(guest)).toBe(await hashOf(ana));
});

test('G3: whatever git does to the folder, nothing here is lost', async () => {
  const before = await hashOf(ana);
  const steps: [string, ...string[]][] = [
    ['reset', '-q', '--hard', 'HEAD'],
    ['switch', '-q', '--orphan', 'empty'],
    ['switch', '-q', 'main'],
  ];
  for (const step of steps) {
    git(repository, ...step);
    await read(ana).catch((error: { code: string }) => expect(error.code).toBe('NOT_FOUND'));
    expect(await hashOf(ana)).toBe(before);
  }
  await ana.client.notes.create.mutate({ projectId, title: 'Stashed', body: 'kept' });
  await write(ana);
  git(repository, 'stash', '-q', '-u');
  expect(await read(ana)).toMatchObject({ entries: 0, documents: 0 });
  expect((await ana.client.notes.list.query({})).map(({ title }) => title)).toContain('Stashed');
  git(repository, 'stash', 'drop', '-q');
  expect((await write(ana)).changed).toBeGreaterThan(0);
  commit(repository, 'second note');
});

test('G5: two branches that two engines wrote merge without a conflict into what both know', async () => {
  const theirs = join(bench.dir, 'bens-clone');
  git(bench.dir, 'clone', '-q', repository, theirs);
  await ben.client.projects.open.mutate({ dir: theirs });
  expect(await read(ben)).toMatchObject({ asGuest: false, refused: [] });
  expect(await hashOf(ben)).toBe(await hashOf(ana));
  const cli = commandLine(bench.dir, repository);
  for (const cwd of [repository, theirs])
    expect(await cli.benchmate(['snapshot', 'setup'], { cwd })).toMatchObject({ code: 0, stderr: '' });

  const plan = (await ana.client.notes.list.query({})).find(({ title }) => title.startsWith('Plan'))!;
  const edited = [
    [ana, '# Try\n\n- a much smaller lr\n- more data\n', 'Ana asks'],
    [ben, '# Try\n\n- a smaller lr\n- more data, and cleaner\n', 'Ben asks'],
  ] as const;
  for (const [device, body, words] of edited) {
    await device.client.notes.write.mutate({ noteId: plan.noteId, body, base: plan.body });
    await device.client.notes.create.mutate({ projectId, title: words, body: words });
    await device.client.reviews.start.mutate({ projectId, path: 'params.yaml', anchor, body: words });
    await device.client.registry.register.mutate({ model: 'churn', source: `s3://${words}`, runId: null });
    await write(device);
  }
  commit(repository, 'Ana');
  commit(theirs, 'Ben');
  for (const dir of [repository, theirs]) git(dir, 'branch', 'before');
  for (const [dir, other] of [
    [repository, theirs],
    [theirs, repository],
  ] as const) {
    git(dir, 'fetch', '-q', other, 'before');
    git(dir, 'merge', '-q', '-m', 'merged', 'FETCH_HEAD');
    expect(git(dir, 'status', '--porcelain')).toBe('');
    for (const text of Object.values(filesOf(dir))) expect(text).not.toMatch(/^(<<<<<<<|>>>>>>>)/m);
  }
  expect(await read(ana)).toMatchObject({ refused: [] });
  expect(await read(ben)).toMatchObject({ refused: [] });
  expect(await hashOf(ana)).toBe(await hashOf(ben));
  const merged = (await ben.client.notes.list.query({})).find(({ noteId }) => noteId === plan.noteId);
  expect(merged?.body).toBe('# Try\n\n- a much smaller lr\n- more data, and cleaner\n');
  // The driver made the bytes that an engine with the merged state makes; only the list for people is made anew.
  expect(await write(ana)).toMatchObject({ changed: 1 });
  expect(await write(ben)).toMatchObject({ changed: 1 });
  expect(filesOf(theirs)).toEqual(filesOf(repository));
  expect(readFileSync(join(repository, '.benchmate/registry.md'), 'utf8')).toContain('v3');
}, 60_000);

test('G6: without the driver git may leave conflicts, and what is read from them is whole', async () => {
  const [noDriver, other] = ['left', 'right'].map(name => {
    const dir = join(bench.dir, name);
    git(bench.dir, 'clone', '-q', repository, dir);
    return dir;
  }) as [string, string];
  for (const [device, dir, words] of [
    [ana, noDriver, 'left words'],
    [ben, other, 'right words'],
  ] as const) {
    await device.client.projects.open.mutate({ dir });
    const note = (await device.client.notes.list.query({})).find(({ title }) => title.startsWith('Plan'))!;
    await device.client.notes.write.mutate({ noteId: note.noteId, body: `${words}\n${note.body}`, base: note.body });
    await write(device);
    commit(dir, words);
  }
  git(noDriver, 'fetch', '-q', other, 'main');
  expect(() => git(noDriver, 'merge', '-q', 'FETCH_HEAD')).toThrow('Command failed');
  expect(Object.values(filesOf(noDriver)).join('')).toMatch(/^<<<<<<< /m);
  await write(ana);
  commit(noDriver, 'merged by hand');
  expect(Object.values(filesOf(noDriver)).join('')).not.toMatch(/^<<<<<<< /m);
  const [note] = (await ana.client.notes.list.query({})).filter(({ title }) => title.startsWith('Plan'));
  expect(note?.body).toContain('left words');
  expect(note?.body).toContain('right words');
});

test('G7 G8: hostile folders are refused with a code and nothing is taken; facts of strangers have no effect', async () => {
  const before = await guest.client.snapshot.view.query({ projectId });
  const hostile = join(bench.dir, 'hostile');
  const folder = join(hostile, '.benchmate');
  const [head] = Object.entries(filesOf(repository)).filter(([path]) => path.endsWith('snapshot.json'));
  const team = (JSON.parse(head![1]) as { team: string }).team;
  const noteFile = () => join(folder, 'notes', readdirSync(join(folder, 'notes'))[0]!);
  const feedFile = () => join(folder, 'facts', readdirSync(join(folder, 'facts'))[0]!);
  const attacks: Record<string, [string, () => void]> = {
    'bad base64': ['BAD_REQUEST', () => appendFileSync(noteFile(), `<!-- benchmate-state ${team}.note.x ==== -->\n`)],
    'another document': ['BAD_REQUEST', () => appendFileSync(noteFile(), `<!-- benchmate-state ../../x AAA -->\n`)],
    'no Yjs state': [
      'BAD_REQUEST',
      () => writeFileSync(noteFile(), readFileSync(noteFile(), 'utf8').replace(/ [\w-]+ -->/, ' _____w -->')),
    ],
    'a changed fact': [
      'BAD_REQUEST',
      () => writeFileSync(feedFile(), readFileSync(feedFile(), 'utf8').replace(/"nonce":"..|"proof":"../, '$&x')),
    ],
    'a link to a file': [
      'BAD_REQUEST',
      () => {
        const file = noteFile();
        rmSync(file);
        symlinkSync('/etc/passwd', file);
      },
    ],
    'a link to a folder': [
      'BAD_REQUEST',
      () => {
        rmSync(join(folder, 'notes'), { recursive: true });
        symlinkSync(join(repository, '.benchmate/notes'), join(folder, 'notes'));
      },
    ],
    'a huge file': ['TOO_LARGE', () => truncateSync(noteFile(), 100 * 2 ** 20)],
    'another project': [
      'BAD_REQUEST',
      () => writeFileSync(join(folder, 'snapshot.json'), head![1].replace('churn', 'chorn')),
    ],
    'a newer one': [
      'NOT_SUPPORTED',
      () => writeFileSync(join(folder, 'snapshot.json'), head![1].replace('"v": 1', '"v": 2')),
    ],
  };
  cpSync(repository, hostile, { recursive: true });
  await guest.client.projects.open.mutate({ dir: hostile });
  for (const [name, [code, attack]] of Object.entries(attacks)) {
    rmSync(folder, { recursive: true });
    cpSync(join(repository, '.benchmate'), folder, { recursive: true });
    attack();
    await expect(read(guest), name).rejects.toMatchObject({ code });
    await expect(write(guest), name).rejects.toMatchObject({ code });
    expect(await guest.client.snapshot.view.query({ projectId }), name).toEqual(before);
  }

  rmSync(folder, { recursive: true });
  cpSync(join(repository, '.benchmate'), folder, { recursive: true });
  const keys = deviceKeys(new Uint8Array(32).fill(7));
  const fact = { kind: 'alias.removed', model: 'churn', alias: 'champion' } as const;
  const stranger = writeEntry({ keys, team, head: null, seen: {}, fact, at: '2026-01-05T09:00:00.000Z' });
  writeFileSync(join(folder, 'facts', `${keys.device}.jsonl`), `${JSON.stringify(stranger.entry)}\n`);
  expect((await read(guest)).entries).toBeGreaterThanOrEqual(1);
  const [model] = await guest.client.registry.list.query();
  expect(model?.aliases.map(({ alias }) => alias)).toEqual(['champion']);
});

test('another team’s snapshot is not mixed with work of one’s own', async () => {
  const other = await bench.device('Other');
  await other.client.registry.register.mutate({ model: 'own', source: 's3://own', runId: null });
  await other.client.projects.open.mutate({ dir: clone });
  await expect(read(other)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await other.client.registry.list.query()).map(({ name }) => name)).toEqual(['own']);
});

test('G10: encrypted notes are in a snapshot as the server has them, and open to members who have the key', async () => {
  await ana.client.projects.open.mutate({ dir: repository });
  await ana.client.encryption.begin.mutate({ projectId });
  const secret = await ana.client.notes.create.mutate({ projectId, title: 'Salaries', body: 'canary-83f1' });
  await write(ana);
  const files = filesOf(repository);
  expect(Object.keys(files)).toContain(`.benchmate/sealed/n-${secret.noteId}.md`);
  expect(Object.values(files).join('')).not.toContain('canary-83f1');
  await ben.client.projects.open.mutate({ dir: repository });
  await read(ben);
  await until(async () => (await ben.client.notes.get.query({ noteId: secret.noteId })).body === 'canary-83f1');
});

test('G11: a project that asks for it is written by itself, a moment after something changed', async () => {
  await ana.client.projects.open.mutate({ dir: repository });
  appendFileSync(join(repository, 'benchmate.yaml'), 'snapshot: automatic\n');
  await ana.client.registry.register.mutate({ model: 'later', source: 's3://by-itself', runId: null });
  await until(() => readFileSync(join(repository, '.benchmate/registry.md'), 'utf8').includes('s3://by-itself'));
});
