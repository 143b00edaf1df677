import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import { acksSubprotocol } from '@benchmate/shared/protocol/document-wire';
import * as Y from 'yjs';
import { startProgram, type Program } from '../support/program.ts';
import { until } from '../support/until.ts';

const entry = 'sync-server/src/main.ts';
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-sync-'));
  cleanUps.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function openServer(dataDir: string, port = 0): Promise<Program<{ url: string }>> {
  const server = await startProgram<{ url: string }>(entry, ['--data-dir', dataDir, '--port', String(port), '--open']);
  cleanUps.push(() => server.stop());
  return server;
}

/** The unmodified client from the registry of packages. */
function stockClient(url: string, name: string) {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(url.replace('http', 'ws'), name, doc, { disableBc: true });
  cleanUps.push(() => provider.destroy());
  return { doc, provider, text: doc.getText('body'), synced: () => until(() => provider.synced) };
}

/** Resolves when everything that this client wrote is committed: a step 2 answers a step 1 only after that. */
async function settled({ provider }: ReturnType<typeof stockClient>): Promise<void> {
  provider.synced = false;
  const stateVector = Y.encodeStateVector(provider.doc);
  provider.ws!.send(Uint8Array.of(0, 0, stateVector.length, ...stateVector));
  await until(() => provider.synced);
}

test('two stock y-websocket clients converge, also in what they write at once', async () => {
  const { announced } = await openServer(folder());
  const a = stockClient(announced.url, 'room');
  const b = stockClient(announced.url, 'room');
  await Promise.all([a.synced(), b.synced()]);
  for (let i = 0; i < 50; i++) {
    a.text.insert(0, `a${i} `);
    b.text.insert(b.text.length, `b${i} `);
  }
  const words = Array.from({ length: 50 }, (_, i) => [`a${i}`, `b${i}`])
    .flat()
    .toSorted();
  await until(() => a.text.length === b.text.length && a.text.length === words.join(' ').length + 1);
  expect(a.text.toJSON()).toBe(b.text.toJSON());
  expect(a.text.toJSON().trim().split(' ').toSorted()).toEqual(words);
  a.provider.awareness.setLocalState({ name: 'Ana' });
  await until(() => [...b.provider.awareness.getStates().values()].some(state => state['name'] === 'Ana'));
  const late = stockClient(announced.url, 'room');
  await until(() => [...late.provider.awareness.getStates().values()].some(state => state['name'] === 'Ana'));
});

test('SY20 a restart of the server loses nothing, and clients go on by themselves', async () => {
  const dataDir = folder();
  const server = await openServer(dataDir);
  const port = Number(new URL(server.announced.url).port);
  const a = stockClient(server.announced.url, 'room');
  await a.synced();
  a.text.insert(0, 'before ');
  await settled(a);
  await server.stop();
  await until(() => !a.provider.wsconnected);
  a.text.insert(a.text.length, 'meanwhile ');
  await openServer(dataDir, port);
  await until(() => a.provider.wsconnected && a.provider.synced);
  expect(a.text.toJSON()).toBe('before meanwhile ');
  const b = stockClient(server.announced.url, 'room');
  await b.synced();
  await until(() => b.text.toJSON() === 'before meanwhile ');
});

test('SY2 SY20 kill -9 right after a sync step 2 loses nothing that was sent before it, five times in a row', async () => {
  const dataDir = folder();
  let expected = '';
  for (let round = 0; round < 5; round++) {
    const server = await openServer(dataDir);
    const client = stockClient(server.announced.url, 'room');
    await client.synced();
    expect(client.text.toJSON()).toBe(expected);
    for (let i = 0; i < 20; i++) client.text.insert(client.text.length, `${round}.${i} `);
    await settled(client);
    await server.kill();
    client.provider.destroy();
    expected = client.text.toJSON();
  }
  expect(expected.split(' ')).toHaveLength(101);
});

test('SY1 SY20 kill -9 in the middle of a stream of updates loses none that was acknowledged, five times in a row', async () => {
  const dataDir = folder();
  for (let round = 0; round < 5; round++) {
    const server = await openServer(dataDir);
    const socket = new WebSocket(`${server.announced.url.replace('http', 'ws')}/acks-${round}`, [acksSubprotocol]);
    cleanUps.push(() => socket.terminate());
    await once(socket, 'open');
    let acknowledged = 0;
    socket.on('message', (data: Buffer) => {
      if (data[0] === 8) acknowledged = data[1]! & 128 ? (data[1]! & 127) | (data[2]! << 7) : data[1]!;
    });
    const doc = new Y.Doc();
    doc.on('update', update => socket.send(Buffer.from([0, 2, update.length, ...update])));
    for (let i = 0; i < 200; i++) doc.getText('body').insert(i, 'u');
    await until(() => acknowledged > 20 * round);
    const promised = acknowledged;
    await server.kill();
    const again = await openServer(dataDir);
    const reader = stockClient(again.announced.url, `acks-${round}`);
    await reader.synced();
    expect(reader.text.length).toBeGreaterThanOrEqual(promised);
    await again.stop();
  }
});

test('SY2 a client that connects while a large document loads is never told that it is empty', async () => {
  const dataDir = folder();
  const server = await openServer(dataDir);
  const author = stockClient(server.announced.url, 'large');
  await author.synced();
  for (let i = 0; i < 700; i++) author.text.insert(0, `${'x'.repeat(300)}\n`);
  await settled(author);
  author.provider.destroy();
  await server.stop();
  const again = await openServer(dataDir);
  const lengths = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const client = stockClient(again.announced.url, 'large');
      await client.synced();
      return client.text.length;
    }),
  );
  expect(new Set(lengths)).toEqual(new Set([700 * 301]));
});

test('SY21 SIGTERM ends the server within three seconds, with clients connected', async () => {
  const server = await openServer(folder());
  const client = stockClient(server.announced.url, 'room');
  await client.synced();
  const began = Date.now();
  await server.stop();
  expect(Date.now() - began).toBeLessThan(3000);
});

async function refusal(...args: readonly string[]): Promise<{ code: number | null; text: string; output: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../../${entry}`, import.meta.url)), ...args]);
  let text = '';
  let output = '';
  child.stderr.on('data', data => (text += String(data)));
  child.stdout.on('data', data => (output += String(data)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text, output };
}

test('what keeps it from starting is one clear sentence and an exit code', async () => {
  const dataDir = folder();
  const server = await openServer(dataDir);
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  cleanUps.push(() => blocker.close());
  const { port } = blocker.address() as { port: number };
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  expect(await refusal('--data-dir', dataDir)).toMatchObject({
    code: 8,
    text: expect.stringContaining('DATA_DIR_IN_USE'),
  });
  expect(await refusal('--data-dir', folder(), '--port', String(port))).toMatchObject({
    code: 8,
    text: expect.stringMatching(/Port \d+ on 127\.0\.0\.1 is taken.*PORT_IN_USE/),
    output: '',
  });
  expect(await refusal('--data-dir', join(file, 'below'))).toMatchObject({
    code: 3,
    text: expect.stringContaining('cannot be used'),
  });
  expect(await refusal('--data-dir', folder(), '--open', '--bind', '0.0.0.0')).toMatchObject({ code: 2, output: '' });
  expect(await refusal('--port', '1')).toMatchObject({ code: 2 });
  expect(await refusal('--nonsense')).toMatchObject({ code: 2 });
  expect(await refusal('--help')).toMatchObject({ code: 0, output: expect.stringContaining('Usage: benchmate-sync') });
  await server.stop();
});
