import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../support/command-line.ts';
import { openDevice, openProject, type Device } from '../support/team.ts';
import { until } from '../support/until.ts';

// A team without a server: rules W1 to W9 in desktop/engine/src/replication/SPEC.md. No sync server runs here.
const projectId = 'churn-0a1b2c3d';
const passphrase = 'correct horse battery';
const dir = mkdtempSync(join(tmpdir(), 'benchmate-folder-'));
const folder = join(dir, 'team folder');
const stops: (() => Promise<void>)[] = [];
let ana: Device;
let ben: Device;

async function device(name: string): Promise<Device> {
  const opened = await openDevice(join(dir, name), name);
  stops.push(opened.stop);
  return opened.device;
}

beforeAll(async () => {
  mkdirSync(folder);
  [ana, ben] = await Promise.all([device('Ana'), device('Ben')]);
});
afterAll(async () => {
  await Promise.all(stops.map(stop => stop()));
  rmSync(dir, { recursive: true, force: true });
});

const status = async ({ client }: Device) => (await client.team.state.query()).sync;
const bundles = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.bundle'));
const titles = async ({ client }: Device) => (await client.notes.list.query({ projectId })).map(({ title }) => title);
const models = async ({ client }: Device) => (await client.registry.list.query()).map(({ name }) => name);
const note = ({ client }: Device, title: string) =>
  client.notes.create.mutate({ projectId, title, body: `of ${title}` });
const register = ({ client }: Device, model: string) =>
  client.registry.register.mutate({ model, source: 'runs:/1', runId: null, description: '' });
async function bundle({ client }: Device, request: Parameters<Device['client']['bundles']['begin']['mutate']>[0]) {
  const { taskId } = await client.bundles.begin.mutate(request);
  await until(async () => (await client.bundles.wait.query({ taskId, withinMs: 5000 })).state === 'done');
}
const inFolder = (one: Device) => until(async () => (await status(one)).folder?.unshared === 0);

test('W9: with an invite and a folder alone a teammate becomes a member, on both sides', async () => {
  await openProject(ana, join(dir, 'churn'), projectId);
  await note(ana, 'first');
  expect(await ana.client.folder.use.mutate({ path: folder })).toMatchObject({
    state: 'off',
    unshared: 0,
    folder: { path: folder, encrypted: false, unshared: 0, since: null, problem: '' },
  });
  const { benchmate } = commandLine(dir, dir);
  const { stdout } = await benchmate(['bundle', 'invite', '--role', 'maintainer', '--data-dir', ana.dataDir]);
  const link = stdout.split('\n')[0]!;
  await inFolder(ana);
  const joining = ['bundle', 'join', '-', folder, '--name', 'Ben', '--data-dir', ben.dataDir];
  expect(await benchmate(joining, { input: link })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Ben (you)') as string,
  });
  const { me } = await ben.client.team.state.query();
  expect(me).toMatchObject({ name: 'Ben', role: 'maintainer', active: true });
  await until(async () => (await ana.client.team.state.query()).members.some(({ name }) => name === 'Ben'));
  await until(async () => (await titles(ben)).includes('first'));
  await expect(ben.client.joinByFile.join.mutate({ link, name: 'Ben', from: folder })).rejects.toMatchObject({
    code: 'ALREADY_EXISTS',
  });
});

test('W9: with an invite and a bundle, too, which is used once', async () => {
  const cleo = await device('Cleo');
  const { benchmate } = commandLine(dir, dir);
  const [before, after, answer] = ['before', 'after', 'answer'].map(name => join(dir, `${name}.bundle`)) as [
    string,
    string,
    string,
  ];
  await bundle(ana, { kind: 'export', file: before });
  const { link } = await ana.client.joinByFile.invite.mutate({ role: 'contributor' });
  await bundle(ana, { kind: 'export', file: after });
  const entering = (file: string) => cleo.client.joinByFile.join.mutate({ link, name: 'Cleo', from: file });
  await expect(entering(before)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await benchmate(['bundle', 'join', link, after, '--name', 'Cleo', '--data-dir', cleo.dataDir])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('benchmate bundle export FILE') as string,
  });
  await until(async () => (await titles(cleo)).includes('first'));
  await note(cleo, 'from Cleo');
  await bundle(cleo, { kind: 'export', file: answer });
  await bundle(ben, { kind: 'import', file: answer });
  await until(async () => (await titles(ana)).includes('from Cleo')); // Ben carried it on, by the folder
  expect((await ana.client.team.state.query()).members.map(({ name }) => name)).toEqual(['Ana', 'Ben', 'Cleo']);
  await expect(entering(after)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
});

test('W1 W8: facts, notes and threads go both ways within seconds, drafts never; also what was written while one was killed', async () => {
  await note(ben, 'from Ben');
  await register(ben, 'model-of-ben');
  await until(async () => (await titles(ana)).includes('from Ben') && (await models(ana)).includes('model-of-ben'));
  await ben.kill();
  await note(ana, 'while Ben was away');
  const [{ noteId } = { noteId: '' }] = (await ana.client.notes.list.query({ projectId })).filter(
    ({ title }) => title === 'from Ben',
  );
  await ana.client.notes.write.mutate({ noteId, body: 'of from Ben\nand Ana', base: 'of from Ben' });
  await register(ana, 'model-of-ana');
  await inFolder(ana);
  await ben.start();
  await until(async () => (await models(ben)).includes('model-of-ana') && (await titles(ben)).length === 4);
  await until(async () =>
    (await ben.client.notes.list.query({ projectId })).some(({ body }) => body.endsWith('and Ana')),
  );
  for (const name of bundles())
    expect(gunzipSync(readFileSync(join(folder, name))).toString()).not.toContain('"draft.');
});

test('W6: without the folder work goes on, what is not in it is counted with size and time, and follows when it is back', async () => {
  const { benchmate } = commandLine(dir, dir);
  const cli = (args: string[]) => benchmate([...args, '--data-dir', ana.dataDir]);
  renameSync(folder, `${folder} away`);
  await note(ana, 'into the void');
  const waiting = await until(async () => {
    const { folder: found } = await status(ana);
    return found && found.unshared > 0 && found.problem ? found : null;
  });
  expect(waiting.problem).toContain('is not there');
  expect(waiting.unsharedBytes).toBeGreaterThan(50);
  expect(Math.abs(Date.now() - waiting.since!)).toBeLessThan(60_000);
  expect((await cli(['sync', 'status'])).stdout).toMatch(
    /\d changes? \(about \d+ B\) not in the shared folder .*, since .*not there/,
  );
  renameSync(`${folder} away`, folder);
  await inFolder(ana);
  await until(async () => (await titles(ben)).includes('into the void'));
  expect((await status(ana)).message).toContain('Everything is in the shared folder');
});

test('W7: an encrypted folder opens with the passphrase alone, and --off ends sharing through it', async () => {
  const { benchmate } = commandLine(dir, dir);
  const cli = (one: Device, args: string[], pass = '') =>
    benchmate(['sync', 'folder', ...args, '--data-dir', one.dataDir], {
      env: { BENCHMATE_FOLDER_PASSPHRASE: pass || undefined },
    });
  const secret = join(dir, 'secret');
  await expect(ana.client.folder.use.mutate({ path: secret })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  mkdirSync(secret);
  expect(await cli(ana, [secret, '--encrypt'], passphrase)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('encrypted with the passphrase') as string,
  });
  await note(ana, 'secret words');
  await inFolder(ana);
  for (const name of readdirSync(secret, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.bundle'),
  ))
    expect(readFileSync(join(secret, name)).toString('latin1')).toMatch(/^age-encryption\.org\/v1\n/);
  await expect(ben.client.folder.use.mutate({ path: secret })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(ben.client.folder.use.mutate({ path: secret, passphrase: 'wrong horse battery' })).rejects.toMatchObject(
    { code: 'UNAUTHENTICATED' },
  );
  expect((await cli(ben, [secret], passphrase)).code).toBe(0);
  await until(async () => (await titles(ben)).includes('secret words'));
  const off = await cli(ben, ['--off']);
  expect(off).toMatchObject({ code: 0, stdout: expect.not.stringContaining('shared folder') as string });
  expect((await status(ben)).folder).toBeNull();
});
