import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../support/command-line.ts';
import { openDevice, openProject, type Device } from '../support/team.ts';
import { until } from '../support/until.ts';

// Two devices and nothing in between: rules X1 to X5 in desktop/engine/src/replication/SPEC.md.
const projectId = 'churn-0a1b2c3d';
const dir = mkdtempSync(join(tmpdir(), 'benchmate-direct-'));
const stops: (() => Promise<void>)[] = [];
let ana: Device;
let ben: Device;

async function device(name: string): Promise<Device> {
  const opened = await openDevice(join(dir, name), name);
  stops.push(opened.stop);
  return opened.device;
}

const titles = async ({ client }: Device) => (await client.notes.list.query({ projectId })).map(({ title }) => title);
const models = async ({ client }: Device) => (await client.registry.list.query()).map(({ name }) => name);
const note = ({ client }: Device, title: string) =>
  client.notes.create.mutate({ projectId, title, body: `of ${title}` });
const direct = async ({ client }: Device) => (await client.team.state.query()).sync.direct!;
const { benchmate } = commandLine(dir, dir);
const cli = (one: Device, args: string[], input = '') => benchmate([...args, '--data-dir', one.dataDir], { input });

async function bundle({ client }: Device, request: Parameters<Device['client']['bundles']['begin']['mutate']>[0]) {
  const { taskId } = await client.bundles.begin.mutate(request);
  await until(async () => (await client.bundles.wait.query({ taskId, withinMs: 5000 })).state === 'done');
}

beforeAll(async () => {
  [ana, ben] = await Promise.all([device('Ana'), device('Ben')]);
  await openProject(ana, join(dir, 'churn'), projectId);
  await note(ana, 'first');
  // By files, once: two who do not know each other have nothing to prove to each other.
  const [invited, joined] = [join(dir, 'invited.bundle'), join(dir, 'joined.bundle')];
  const { link } = await ana.client.joinByFile.invite.mutate({ role: 'maintainer' });
  await bundle(ana, { kind: 'export', file: invited });
  await ben.client.joinByFile.join.mutate({ link, name: 'Ben', from: invited });
  await bundle(ben, { kind: 'export', file: joined });
  await bundle(ana, { kind: 'import', file: joined });
});
afterAll(async () => {
  await Promise.all(stops.map(stop => stop()));
  rmSync(dir, { recursive: true, force: true });
});

test('X1 X3 X5: what either writes is with the other within seconds, also after kills, and both stop when told', async () => {
  await note(ana, 'before the connection');
  const listening = await cli(ana, ['sync', 'direct', 'listen']);
  expect(listening).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Only programs on this machine') as string,
  });
  const address = listening.stdout.split('\n')[0]!;
  expect(await cli(ben, ['sync', 'direct', 'connect', '-'], address)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Connected directly with Ana') as string,
  });
  await until(async () => (await titles(ben)).includes('before the connection'));
  await note(ben, 'from Ben');
  await ben.client.registry.register.mutate({ model: 'of-ben', source: 'runs:/1', runId: null, description: '' });
  await until(async () => (await titles(ana)).includes('from Ben') && (await models(ana)).includes('of-ben'));
  const [edited] = (await ana.client.notes.list.query({ projectId })).filter(({ title }) => title === 'first');
  await ana.client.notes.write.mutate({ noteId: edited!.noteId, body: 'changed', base: edited!.body });
  await until(async () => (await ben.client.notes.list.query({ projectId })).some(({ body }) => body === 'changed'));
  expect(await direct(ana)).toMatchObject({ listening: { host: '127.0.0.1' }, peers: [{ name: 'Ben' }], problem: '' });
  expect((await cli(ana, ['sync', 'status'])).stdout).toContain('Connected directly with Ben');

  // Killed and started again, the one who listened waits at the same place; meanwhile who connected says so, and works on.
  const { listening: place } = await direct(ana);
  await ana.kill();
  await until(async () => (await direct(ben)).problem.includes('tried again by itself'));
  await note(ben, 'while Ana was away');
  await ana.start();
  await until(async () => (await titles(ana)).includes('while Ana was away'));
  expect(await direct(ana)).toMatchObject({ listening: place, peers: [{ name: 'Ben' }] });

  // Killed and started again, the one who connected does so by itself, once there is somebody.
  await ben.kill();
  await until(async () => (await direct(ana)).peers.length === 0);
  await note(ana, 'while Ben was away');
  await ana.kill();
  await ben.start();
  await until(async () => (await direct(ben)).problem.includes('tried again by itself'));
  await ana.start();
  await until(async () => (await titles(ben)).includes('while Ben was away'));
  expect((await cli(ben, ['sync', 'direct', 'stop'])).stdout).toContain('No direct connection');
  await until(async () => (await direct(ana)).peers.length === 0);
  await ana.client.direct.stop.mutate();

  // What was stopped is forgotten.
  await Promise.all([ana.kill(), ben.kill()]);
  await Promise.all([ana.start(), ben.start()]);
  for (const one of [ana, ben]) expect(await direct(one)).toEqual({ listening: null, peers: [], problem: '' });
  for (const { dataDir } of [ana, ben]) expect(existsSync(join(dataDir, 'direct'))).toBe(false);
});

test('F4: a copied data folder that wrote as much as the original is seen by both ends, with both entries', async () => {
  const forks = async ({ client }: Device) =>
    (await client.inbox.list.query({ limit: 50 })).items.filter(({ kind }) => kind === 'fork');
  const connectTo = async (one: Device) => {
    const { address } = await ana.client.direct.listen.mutate({ host: '127.0.0.1', port: 0 });
    await one.client.direct.connect.mutate({ address });
  };
  await ben.kill();
  cpSync(ben.dataDir, join(dir, 'copy'), { recursive: true });
  await ben.start();
  await ben.client.team.rename.mutate({ member: 'Benjamin' });
  await connectTo(ben);
  const { me } = await ben.client.team.state.query();
  const named = async () =>
    (await ana.client.team.state.query()).members.find(({ device }) => device === me.device)?.name;
  await until(async () => (await named()) === 'Benjamin');
  await ben.client.direct.stop.mutate();
  const copy = await device('copy'); // it takes that for its name: one entry, too
  await connectTo(copy);
  await until(async () => (await forks(ana)).length === 1 && (await forks(copy)).length === 1);
  const [[seen], [own]] = [await forks(ana), await forks(copy)];
  expect(seen).toMatchObject({ sentence: expect.stringContaining('wrote two histories') as string });
  expect(own!.sentence).toMatch(/^This device wrote two histories/);
  expect(seen!.evidence).toHaveLength(2);
  expect(own!.evidence).toHaveLength(2);
  expect(await named()).toBe('Benjamin'); // the branch that came first stays
});
