import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
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

/** By files, once: two who do not know each other have nothing to prove to each other. */
async function becomeTeam(founder: Device, joiner: Device, name: string): Promise<void> {
  const file = join(dir, `${name}.bundle`);
  const { link } = await founder.client.joinByFile.invite.mutate({ role: 'maintainer' });
  await cli(founder, ['bundle', 'export', file, '--replace']);
  await joiner.client.joinByFile.join.mutate({ link, name, from: file });
  await cli(joiner, ['bundle', 'export', file, '--replace']);
  await cli(founder, ['bundle', 'import', file]);
}

beforeAll(async () => {
  [ana, ben] = await Promise.all([device('Ana'), device('Ben')]);
  await openProject(ana, join(dir, 'churn'), projectId);
  await note(ana, 'first');
  await becomeTeam(ana, ben, 'Ben');
});
afterAll(async () => {
  await Promise.all(stops.map(stop => stop()));
  rmSync(dir, { recursive: true, force: true });
});

test('X1 X3: what either writes is with the other within seconds, also after a cut, and both stop when told', async () => {
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
  const began = Date.now();
  await ana.client.notes.write.mutate({ noteId: edited!.noteId, body: 'changed', base: edited!.body });
  await until(async () => (await ben.client.notes.list.query({ projectId })).some(({ body }) => body === 'changed'));
  expect(Date.now() - began).toBeLessThan(5000);
  expect(await direct(ana)).toMatchObject({ listening: { host: '127.0.0.1' }, peers: [{ name: 'Ben' }], problem: '' });
  expect((await cli(ana, ['sync', 'status'])).stdout).toContain('Connected directly with Ben');
  const { port } = (await direct(ana)).listening!;

  // The address serves the first device that used it: a third one of the team is refused, and is told why.
  const cleo = await device('Cleo');
  await becomeTeam(ana, cleo, 'Cleo');
  await expect(cleo.client.direct.connect.mutate({ address })).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('somebody else') as string,
  });

  // Without the secret nobody gets as far as a word.
  const refused = await new Promise<string>(resolve => {
    const psk = Buffer.alloc(32, 1);
    const socket = connectTls({
      host: '127.0.0.1',
      port,
      ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
      maxVersion: 'TLSv1.2',
      pskCallback: () => ({ psk, identity: 'benchmate-direct' }),
      checkServerIdentity: () => undefined,
    });
    socket.on('secureConnect', () => resolve('connected'));
    socket.on('error', error => resolve(String(error)));
  });
  expect(refused).not.toBe('connected');

  // Killed and started again, the one who listened waits no more: who connected says so, and works on.
  await ana.kill();
  await until(async () => (await direct(ben)).peers.length === 0);
  await note(ben, 'while Ana was away');
  await ana.start();
  const again = await ana.client.direct.listen.mutate({ host: '127.0.0.1', port });
  await ben.client.direct.connect.mutate({ address: again.address });
  await until(async () => (await titles(ana)).includes('while Ana was away'));
  expect((await cli(ben, ['sync', 'direct', 'stop'])).stdout).toContain('No direct connection');
  await until(async () => (await direct(ana)).peers.length === 0);
  await ana.client.direct.stop.mutate();
  expect((await direct(ana)).listening).toBeNull();
  for (const { dataDir } of [ana, ben]) expect(readdirSync(join(dataDir, 'direct'))).toEqual([]);
});

test('X2: who was removed is cut off, and gets in no more', async () => {
  const { address } = await ana.client.direct.listen.mutate({});
  await ben.client.direct.connect.mutate({ address });
  const { device: removed } = await ben.client.team.state.query();
  await ana.client.team.removeMember.mutate({ device: removed });
  await until(async () => (await direct(ana)).peers.length === 0);
  await note(ana, 'not for Ben');
  await until(async () => (await direct(ben)).problem !== '');
  expect((await direct(ben)).peers).toEqual([]);
  expect(await titles(ben)).not.toContain('not for Ben');
});

test('X4: what is no address, what is of another team and where nobody answers is said', async () => {
  const dora = await device('Dora');
  const { address } = await dora.client.direct.listen.mutate({});
  await expect(ana.client.direct.connect.mutate({ address })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(ana.client.direct.connect.mutate({ address: 'https://example.org' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
  const gone = (await ana.client.direct.listen.mutate({})).address;
  await ana.client.direct.stop.mutate();
  await expect(ana.client.direct.connect.mutate({ address: gone })).rejects.toMatchObject({ code: 'OFFLINE' });
  await expect(ana.client.direct.listen.mutate({ host: 'example.org' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
