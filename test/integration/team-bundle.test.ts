import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Decrypter } from 'age-encryption';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Exported, Imported } from '@benchmate/shared/domain/bundle-task';
import { deviceKeys, signText } from '@benchmate/shared/facts/keys';
import { formTeam, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { commandLine } from '../support/command-line.ts';
import { seeded } from '../support/dice.ts';
import { until } from '../support/until.ts';

// N15: a team whose server is gone works on by files (rules U1 to U7 in desktop/engine/src/features/bundles/SPEC.md).
const projectId = 'churn-0a1b2c3d';
const passphrase = 'correct horse battery';
let bench: TeamBench;
let ana: Device;
let ben: Device;

const file = (name: string) => join(bench.dir, `${name}.bundle`);

beforeAll(async () => {
  bench = await openTeamBench();
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
  await formTeam(bench, [ana, ben]);
  await openProject(ana, join(bench.dir, 'churn'), projectId);
  await until(async () => (await ben.client.projects.list.query()).length === 1);
  await bench.killServer();
});
afterAll(() => bench?.close());

type Request = Parameters<Device['client']['bundles']['begin']['mutate']>[0];

async function run({ client }: Device, request: Request) {
  const { taskId } = await client.bundles.begin.mutate(request);
  const ended = async () => {
    const task = await client.bundles.wait.query({ taskId, withinMs: 5000 });
    return task.state === 'running' ? null : task;
  };
  for (let task = await ended(); ; task = await ended()) if (task) return task;
}
async function exported(device: Device, name: string, options: Partial<Extract<Request, { kind: 'export' }>> = {}) {
  const { result, error } = await run(device, { kind: 'export', file: file(name), replace: true, ...options });
  expect(error).toBeNull();
  return result as Exported;
}
async function imported(device: Device, name: string, pass: string | null = null) {
  const { result, error } = await run(device, { kind: 'import', file: file(name), passphrase: pass });
  expect(error).toBeNull();
  return result as Imported;
}

/** Everything that a team shares, as one device shows it. */
async function shared({ client }: Device) {
  const byId = <T extends object>(items: T[], key: keyof T) =>
    items.toSorted((a, b) => (String(a[key]) < String(b[key]) ? -1 : 1));
  return {
    members: (await client.team.state.query()).members,
    notes: byId(await client.notes.list.query({ projectId }), 'noteId'),
    threads: byId(await client.reviews.threads.query({ projectId }), 'threadId'),
    models: await client.registry.list.query(),
  };
}

async function act(device: Device, dice: () => number, step: string): Promise<void> {
  const { client } = device;
  const choice = Math.floor(dice() * 4);
  const anchor = { quote: 'x', prefix: '', suffix: '', line: 0 };
  if (choice === 0) await client.notes.create.mutate({ projectId, title: step, body: `words of ${step}` });
  else if (choice === 1)
    await client.reviews.start.mutate({ projectId, path: 'MODEL_CARD.md', anchor, body: `thread ${step}` });
  else if (choice === 2)
    await client.registry.register.mutate({ model: 'churn', source: `runs:/${step}`, runId: null, description: '' });
  else {
    const [first] = await client.notes.list.query({ projectId });
    if (first)
      await client.notes.write.mutate({ noteId: first.noteId, body: `${first.body}\n${step}`, base: first.body });
  }
}

test('N15 U2 U5: from one to the other and back, whole and in parts, and both say the same', async () => {
  const dice = seeded(20_261);
  for (let round = 0; round < 4; round++) {
    for (const [device, name] of [
      [ana, 'ana'],
      [ben, 'ben'],
    ] as const)
      for (let step = 0; step < 5; step++) await act(device, dice, `${name} ${round}.${step}`);
    await exported(ben, 'ask', { contents: false });
    const part = await exported(ana, 'part', { since: file('ask') });
    const whole = await exported(ana, 'whole');
    if (round > 0) expect(part.entries + part.documents).toBeLessThan(whole.entries + whole.documents);
    const taken = await imported(ben, 'part');
    expect(taken).toMatchObject({ from: 'Ana', refused: [] });
    expect(taken.entries + taken.documents).toBeGreaterThan(0);
    expect(await imported(ben, 'part')).toMatchObject({ entries: 0, documents: 0, refused: [] });
    expect(await imported(ben, 'whole')).toMatchObject({ entries: 0, documents: 0, refused: [] });
    await exported(ben, 'back', { since: file('whole') });
    await imported(ana, 'back');
    expect(await shared(ana)).toEqual(await shared(ben));
  }
  expect((await shared(ana)).notes.length).toBeGreaterThan(2);
});

test('U5: what is missing before a part is said, and the whole brings it', async () => {
  await exported(ana, 'later-ask', { contents: false });
  await ben.client.registry.register.mutate({ model: 'gap', source: 'runs:/1', runId: null, description: '' });
  await exported(ben, 'first-part', { since: file('later-ask') });
  await exported(ben, 'second-ask', { contents: false });
  await ben.client.registry.register.mutate({ model: 'gap', source: 'runs:/2', runId: null, description: '' });
  await exported(ben, 'second-part', { since: file('second-ask') });
  const early = await imported(ana, 'second-part');
  expect(early.entries).toBe(0);
  expect(early.refused.join()).toContain('without --since');
  await imported(ana, 'first-part');
  expect(await imported(ana, 'second-part')).toMatchObject({ refused: [] });
  expect(await shared(ana)).toEqual(await shared(ben));
});

test('an encrypted bundle opens with its passphrase alone, also for the stock age library; no plain text is in it', async () => {
  await ana.client.notes.create.mutate({ projectId, title: 'canary-5d1f', body: 'canary-77aa' });
  expect(await exported(ana, 'secret', { passphrase })).toMatchObject({ encrypted: true });
  const bytes = readFileSync(file('secret'));
  expect(bytes.toString('latin1')).not.toContain('canary');
  expect(statSync(file('secret')).mode & 0o077).toBe(0);
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  expect(gunzipSync(await decrypter.decrypt(bytes)).toString()).toContain(
    'canary-5d1f'.slice(0, 0) || '"benchmate-bundle"',
  );
  for (const [pass, code, words] of [
    [null, 'UNAUTHENTICATED', 'is encrypted'],
    ['wrong wrong', 'UNAUTHENTICATED', 'does not open'],
  ] as const) {
    const { error } = await run(ben, { kind: 'import', file: file('secret'), passphrase: pass });
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) as string });
  }
  await imported(ben, 'secret', passphrase);
  expect((await shared(ben)).notes.map(({ title }) => title)).toContain('canary-5d1f');
});

test('U1: cut anywhere, or changed anywhere, a bundle is refused and nothing of it is taken', async () => {
  await ana.client.notes.create.mutate({ projectId, title: 'not yet', body: 'not yet' });
  await ana.client.registry.register.mutate({ model: 'not-yet', source: 'runs:/1', runId: null, description: '' });
  await exported(ana, 'good');
  const good = readFileSync(file('good'));
  const lines = gunzipSync(good).toString();
  const before = await shared(ben);
  const dice = seeded(7);
  const changed = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  const bad = [
    ...Array.from({ length: 6 }, () => good.subarray(0, Math.floor(dice() * good.length))),
    ...Array.from({ length: 12 }, () => gzipSync(changed(lines, Math.floor(dice() * (lines.length - 1))))),
    gzipSync(lines.split('\n').toSpliced(2, 1).join('\n')),
    gzipSync(lines.split('\n').slice(0, -2).join('\n') + '\n'),
    Buffer.from('not a bundle'),
    Buffer.alloc(0),
  ];
  for (const bytes of bad) {
    writeFileSync(file('bad'), bytes);
    const { state, error } = await run(ben, { kind: 'import', file: file('bad') });
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'BAD_REQUEST' });
  }
  expect(await shared(ben)).toEqual(before);
  await imported(ben, 'good');
  expect(await shared(ben)).toEqual(await shared(ana));
});

test('U3: who is no member can bring signed facts, never notes', async () => {
  await ana.client.notes.create.mutate({ projectId, title: 'from Ana', body: 'true' });
  await ana.client.registry.register.mutate({ model: 'carried', source: 'runs:/1', runId: null, description: '' });
  await exported(ana, 'honest');
  const stranger = deviceKeys(new Uint8Array(32).fill(9));
  const lines = gunzipSync(readFileSync(file('honest')))
    .toString()
    .split('\n')
    .slice(0, -1);
  const head = JSON.parse(lines[0]!) as { team: string; from: { device: string } };
  const content = [JSON.stringify({ ...head, from: { device: stranger.device, name: 'Ana' } }), ...lines.slice(1, -1)]
    .map(line => `${line}\n`)
    .join('');
  const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(content))).toString('hex');
  const { end } = JSON.parse(lines.at(-1)!) as { end: object };
  const sig = signText(`bundle:${head.team}:${sha256}`, stranger);
  writeFileSync(file('strange'), gzipSync(`${content}${JSON.stringify({ end: { ...end, sha256 }, sig })}\n`));
  const taken = await imported(ben, 'strange');
  expect(taken).toMatchObject({ entries: 1, documents: 0 });
  expect(taken.refused.join()).toContain('no member who may write them');
  expect((await shared(ben)).models.map(({ name }) => name)).toContain('carried');
  expect((await shared(ben)).notes.map(({ title }) => title)).not.toContain('from Ana');
  await imported(ben, 'honest');
});

test('U4: another team’s bundle is refused by name', async () => {
  const cleo = await bench.device('Cleo');
  await exported(ana, 'ours');
  const { error } = await run(cleo, { kind: 'import', file: file('ours') });
  expect(error).toMatchObject({ code: 'FORBIDDEN', nextStep: expect.stringContaining('Join that team') as string });
});

test('on the command line: export, import, an existing file, and what is wrong', async () => {
  const { benchmate } = commandLine(bench.dir, bench.dir);
  const cli = (device: Device, ...args: string[]) =>
    benchmate(['bundle', ...args, '--data-dir', device.dataDir], { env: { BENCHMATE_BUNDLE_PASSPHRASE: passphrase } });
  await ben.client.notes.create.mutate({ projectId, title: 'by hand', body: '' });
  expect(await cli(ben, 'export', file('hand'), '--encrypt')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/holds \d+ facts? and \d+ documents? \(.*encrypted\)/) as string,
  });
  expect(await cli(ben, 'export', file('hand'))).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('--replace') as string,
  });
  expect(await cli(ana, 'import', file('hand'))).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/from Ben, written/) as string,
  });
  expect(await cli(ana, 'import', file('hand'))).toMatchObject({
    stdout: expect.stringContaining('Nothing new') as string,
  });
  expect(await cli(ana, 'import', file('nowhere'))).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('There is no file') as string,
  });
});

test('U6: what came by file reaches the server once it is back, also in the name of who was offline', async () => {
  await ben.client.notes.create.mutate({ projectId, title: 'last words', body: 'of Ben' });
  await ben.client.registry.register.mutate({ model: 'last', source: 'runs:/1', runId: null, description: '' });
  await exported(ben, 'last');
  await imported(ana, 'last');
  await ben.kill();
  await bench.startServer();
  const dora = await bench.device('Dora');
  await until(async () => (await ana.client.team.state.query()).sync.state === 'online');
  const { link } = await ana.client.team.invite.mutate({ role: 'contributor' });
  await dora.client.team.join.mutate({ link, name: 'Dora' });
  await until(async () => {
    const { notes, models } = await shared(dora);
    return notes.some(({ title }) => title === 'last words') && models.some(({ name }) => name === 'last');
  });
  expect((await shared(dora)).notes.find(({ title }) => title === 'last words')?.body).toBe('of Ben');
});
