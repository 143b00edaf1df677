import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { findEngine } from '@benchmate/shared/node/find-engine';
import { ensureEngine } from '@benchmate/shared/node/start-engine';
import { stopEngine } from '@benchmate/shared/node/stop-engine';
import { programFile } from '../support/program-file.ts';

const engineMain = programFile('desktop/engine/src/main.ts');
/** Machines that run tests are slow at times. */
const patient = { timeout: 20_000 };
let dataDir: string;
beforeEach(() => (dataDir = join(mkdtempSync(join(tmpdir(), 'benchmate-start-')), 'data')));
afterEach(async () => {
  await stopEngine(dataDir, { force: true });
  rmSync(join(dataDir, '..'), { recursive: true, force: true, maxRetries: 5 });
});

test('E8 clients that start an engine at once get the same one, and it outlives them', async () => {
  const endpoints = await Promise.all([1, 2, 3].map(() => ensureEngine({ dataDir, engineMain })));
  expect(new Set(endpoints.map(({ pid }) => pid)).size).toBe(1);
  expect(endpoints[0]?.pid).not.toBe(process.pid);
  expect(await ensureEngine({ dataDir, engineMain: '/nowhere' })).toEqual(endpoints[0]);
  const client = connectEngine(dataDir);
  expect(await client.system.info.query()).toMatchObject({ pid: endpoints[0]?.pid, dataDir });
  client.close();
});

test('E8 an engine that cannot start: its own code and last words, and nothing is left running', async () => {
  await expect(ensureEngine({ dataDir, engineMain: join(dataDir, 'missing.mjs') })).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringContaining('missing.mjs'),
  });
  await expect(ensureEngine({ dataDir, engineMain, port: 70_000 })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringContaining('--port'),
  });
  expect(await findEngine(dataDir)).toBeNull();
});

test('E3 a half-written endpoint file, or one of a dead engine or a foreign place, finds nobody', async () => {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'endpoint.json');
  const good = { url: 'http://127.0.0.1:9', token: 't', pid: process.pid };
  for (const content of [
    '',
    '{"url":"http:',
    JSON.stringify(good),
    JSON.stringify({ ...good, url: 'http://evil.example:80' }),
  ]) {
    writeFileSync(file, content);
    expect(await findEngine(dataDir)).toBeNull();
  }
  const { pid } = await ensureEngine({ dataDir, engineMain });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid });
});

test('E7 a newer client asks an older engine that nobody uses to make room; one in use stays', async () => {
  const older = await ensureEngine({ dataDir, engineMain });
  expect((await ensureEngine({ dataDir, engineMain, version: '0.0.1' })).pid).toBe(older.pid);
  const user = connectEngine(dataDir);
  await new Promise<void>(resolve =>
    user.projects.changes.subscribe(undefined, { next: () => {}, connected: () => resolve() }),
  );
  expect((await ensureEngine({ dataDir, engineMain, version: '99.0.0' })).pid).toBe(older.pid);
  await expect(stopEngine(dataDir)).rejects.toMatchObject({ code: 'CONFLICT' });
  user.close();
  await expect
    .poll(async () => (await ensureEngine({ dataDir, engineMain, version: '99.0.0' })).pid, patient)
    .not.toBe(older.pid);
});

test('E22 a client follows an engine that was killed and started again', async () => {
  const first = await ensureEngine({ dataDir, engineMain });
  const client = connectEngine(dataDir);
  const events: string[] = [];
  client.projects.changes.subscribe(undefined, {
    next: ({ name }) => events.push(name),
    connected: () => events.push('connected'),
    missed: () => events.push('missed'),
  });
  await expect.poll(() => events, patient).toEqual(['connected']);
  process.kill(first.pid, 'SIGKILL');
  await expect.poll(() => findEngine(dataDir), patient).toBeNull();
  await expect(client.system.info.query()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  const second = await ensureEngine({ dataDir, engineMain });
  expect(second.url).toBe(first.url);
  await expect.poll(() => events, patient).toEqual(['connected', 'missed', 'connected']);
  const project = join(dataDir, '..', 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'benchmate.yaml'), 'id: churn-0123abcd\nname: churn\n');
  await client.projects.open.mutate({ dir: project });
  await expect.poll(() => events.at(-1), patient).toBe('churn');
  client.close();
  expect(existsSync(join(dataDir, 'logs', 'engine.log'))).toBe(true);
});
