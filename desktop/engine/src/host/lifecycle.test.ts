import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { engineProcess, temporaryEngine, temporaryFolder, type EngineProcess } from './temporary-engine.ts';
import { TurnedClock } from './turned-clock.ts';
import { protocolVersion } from '@benchmate/shared/protocol/system';
import { schemaVersion } from '../storage/migrate.ts';
import { refuseNode, refuseSqlite } from './version.ts';

let dataDir: string;
const started: EngineProcess[] = [];
beforeEach(() => (dataDir = join(temporaryFolder(), 'data')));
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
});

function start(...args: string[]): EngineProcess {
  const engine = engineProcess(dataDir, ...args);
  started.push(engine);
  return engine;
}

const endpoint = () =>
  JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8')) as {
    pid: number;
    url: string;
    token: string;
    port: number;
  };

test('E1 a second engine on one directory refuses and names the first', async () => {
  const first = start();
  const { url } = await first.ready;
  const { status, stderr } = await start().ended;
  expect(status).toBe(8);
  expect(stderr).toContain('DATA_DIR_IN_USE');
  expect(stderr).toContain(`process ${first.child.pid} at ${url}`);
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test('E1 two engines started at once: one works, the other refuses', async () => {
  const both = [start(), start()];
  const results = await Promise.all(
    both.map(({ ready, ended }) => Promise.race([ready.then(() => 'works'), ended.then(({ status }) => status)])),
  );
  expect(new Set(results)).toEqual(new Set([8, 'works']));
});

test('E2 after kill -9 the next engine takes over and replaces the endpoint file', async () => {
  const first = start();
  await first.ready;
  const before = endpoint();
  first.child.kill('SIGKILL');
  await first.ended;
  expect(endpoint().pid).toBe(before.pid); // the dead one could not take it back
  const second = start();
  await second.ready;
  const after = endpoint();
  expect(after.pid).toBe(second.child.pid);
  expect({ token: after.token, port: after.port }).toEqual({ token: before.token, port: before.port });
});

test('E3 secrets are for this user alone, and the endpoint file is whole', async () => {
  const { ready } = start();
  const { endpointFile, url } = await ready;
  expect(endpoint()).toMatchObject({
    url,
    protocolVersion,
    schemaVersion,
    pid: started[0]?.child.pid,
    durability: 'full',
  });
  if (process.platform !== 'win32') {
    expect(statSync(endpointFile).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'access.json')).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  }
  expect(readdirSync(dataDir).filter(name => name.endsWith('.tmp'))).toEqual([]);
});

test('E3 a half-written endpoint file and a half-written access file are replaced', async () => {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, 'endpoint.json'), '{"url":"http://127.0');
  writeFileSync(join(dataDir, 'access.json'), '{"token":"sho');
  await start().ready;
  expect(endpoint().token).toMatch(/^[\w-]{43}$/);
});

test('E4 a port that was asked for and is taken: one sentence, nothing left behind', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { status, stderr } = await start('--port', String(port)).ended;
  expect(status).toBe(8);
  expect(stderr).toMatch(new RegExp(`^PORT_IN_USE: Port ${port} .*Choose another one with --port`));
  expect(existsSync(join(dataDir, 'endpoint.json'))).toBe(false);
  // A wish, in contrast, gives way.
  writeFileSync(join(dataDir, 'access.json'), JSON.stringify({ token: 'a'.repeat(43), port }));
  await start().ready;
  expect(endpoint()).toMatchObject({ token: 'a'.repeat(43) });
  expect(endpoint().port).not.toBe(port);
  other.close();
});

test.each(['SIGTERM', 'SIGINT'] as const)('E5 %s ends the engine within 3 s, connections or not', async signal => {
  const engine = start();
  const { url } = await engine.ready;
  const { token } = endpoint();
  const socket = new WebSocket(`${url.replace('http', 'ws')}/rpc?connectionParams=1`);
  await once(socket, 'open');
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
  expect((await fetch(`${url}/version`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  const pending = fetch(`${url}/health`).catch(() => 'cut off');
  const begun = performance.now();
  engine.child.kill(signal);
  const { status, stderr } = await engine.ended;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(performance.now() - begun).toBeLessThan(3000);
  expect(existsSync(join(dataDir, 'endpoint.json'))).toBe(false);
  await pending;
  await start().ready;
});

test('E5 a signal in the middle of a start ends it, too, and is no failure', async () => {
  const engine = start();
  await engine.ready;
  engine.child.kill('SIGTERM');
  expect(await engine.ended).toEqual({ status: 0, stderr: '' });
  expect(existsSync(join(dataDir, 'endpoint.json'))).toBe(false);
});

test('E6 an engine that nobody uses leaves; a client that is connected keeps it', async () => {
  const clock = new TurnedClock();
  const minutes = 60_000;
  const engine = await temporaryEngine({ clock, idleMinutes: 10 });
  let left = false;
  void engine.stopped.then(() => (left = true));
  try {
    const socket = new WebSocket(`ws://127.0.0.1:${engine.port}/rpc?connectionParams=1`);
    await once(socket, 'open');
    clock.turn(60 * minutes);
    expect((await fetch(`${engine.url}/health`)).status).toBe(200);
    socket.close();
    await once(socket, 'close');
    clock.turn(9 * minutes);
    await engine.ask({
      path: '/version',
      headers: { host: `127.0.0.1:${engine.port}`, authorization: `Bearer ${engine.token}` },
    });
    clock.turn(9 * minutes);
    expect((await fetch(`${engine.url}/health`)).status).toBe(200);
    expect(left).toBe(false);
    clock.turn(4 * minutes);
    await engine.stopped;
  } finally {
    await engine.dispose();
  }
});

test('E6 the process leaves by itself when its time is over', async () => {
  const engine = start('--idle-minutes', '0.01');
  await engine.ready;
  expect((await engine.ended).status).toBe(0);
  expect(existsSync(join(dataDir, 'endpoint.json'))).toBe(false);
});

test('E10 data of a newer engine is refused untouched', async () => {
  mkdirSync(dataDir, { recursive: true });
  const db = new Database(join(dataDir, 'benchmate.db'));
  db.pragma('user_version = 9999');
  db.close();
  const { status, stderr } = await start().ended;
  expect(status).toBe(8);
  expect(stderr).toMatch(/^DATA_DIR_TOO_NEW: .*schema 9999.*Update Benchmate/);
});

test('E10 an old Node and an old SQLite are refused by a sentence', () => {
  expect(refuseNode('20.20.0')).toContain('this is Node 20.20.0');
  expect([refuseNode('24.0.0'), refuseNode('26.1.0')]).toEqual([null, null]);
  expect(refuseSqlite('3.51.2')).toContain('carries 3.51.2');
  expect([refuseSqlite('3.51.3'), refuseSqlite('3.54.1'), refuseSqlite('4.0.0')]).toEqual([null, null, null]);
});

test('E10 wrong arguments and an unusable folder are sentences, too', async () => {
  const wrong = await start('--port', 'x').ended;
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toMatch(/^BAD_REQUEST: .*--port is a number/);
  const path = join(dataDir, '..', 'file');
  writeFileSync(path, '');
  dataDir = join(path, 'data');
  const unusable = await start().ended;
  dataDir = join(path, '..', 'data');
  expect(unusable.stderr).toMatch(/^BAD_REQUEST: The data folder .* cannot be used/);
});
