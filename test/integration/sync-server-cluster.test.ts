import { afterAll, describe, expect, it } from 'vitest';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { acksSubprotocol } from '@benchmate/shared/protocol/document-wire';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { RawClient, share, ticketFor } from '../../sync-server/src/simulated-client.ts';
import { startProgram, type Program } from '../support/program.ts';
import { openPostgres, openRedis } from '../support/services.ts';
import { until } from '../support/until.ts';

const database = await openPostgres();
const redis = await openRedis();
const cleanUps: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  await redis?.remove();
  await database?.remove();
});

type Server = Program<{ url: string }>;

async function openServer(args: readonly string[] = ['--open'], port = 0): Promise<Server> {
  const env = { BENCHMATE_SYNC_DATABASE: database!.url, BENCHMATE_SYNC_REDIS: redis!.url };
  const server = await startProgram<{ url: string }>('sync-server/src/main.ts', [...args, '--port', String(port)], env);
  cleanUps.push(() => server.stop());
  return server;
}

function stockClient({ announced }: Server, name: string) {
  const doc = new Y.Doc();
  const options = { disableBc: true, maxBackoffTime: 500 };
  const provider = new WebsocketProvider(announced.url.replace('http', 'ws'), name, doc, options);
  cleanUps.push(() => provider.destroy());
  return { doc, provider, text: doc.getText('body'), synced: () => until(() => provider.synced) };
}

/** Writes on, one character after the other, and counts what was acknowledged. */
async function writer({ announced }: Server, name: string) {
  const socket = new WebSocket(`${announced.url.replace('http', 'ws')}/${name}`, [acksSubprotocol]);
  cleanUps.push(() => socket.terminate());
  socket.on('error', () => {});
  await once(socket, 'open');
  const doc = new Y.Doc();
  const state = { doc, socket, acknowledged: 0 };
  socket.on('message', (data: Buffer) => {
    if (data[0] === 8)
      state.acknowledged = data.subarray(1).reduce((sum, byte, at) => sum + (byte & 127) * 128 ** at, 0);
  });
  doc.on('update', update => socket.send(Buffer.from([0, 2, update.length, ...update])));
  return state;
}

// Where one is missing: apt-get install postgresql redis-server, or put their programs on PATH.
describe.skipIf(!database || !redis)('two servers on one database', () => {
  it('SY18 serve one document together: what is written at one is seen at the other, also by newcomers', async () => {
    const [one, two] = [await openServer(), await openServer()];
    const [a, b] = [stockClient(one, 'room'), stockClient(two, 'room')];
    await Promise.all([a.synced(), b.synced()]);
    for (let i = 0; i < 50; i++) {
      a.text.insert(0, `a${i} `);
      b.text.insert(b.text.length, `b${i} `);
    }
    await until(() => a.text.length === b.text.length && a.text.length > 350);
    expect(a.text.toJSON()).toBe(b.text.toJSON());
    a.provider.awareness.setLocalState({ name: 'Ana' });
    await until(() => [...b.provider.awareness.getStates().values()].some(state => state['name'] === 'Ana'));
    const late = stockClient(two, 'room');
    await late.synced();
    expect(late.text.toJSON()).toBe(a.text.toJSON());
  });

  it('SY19 lose nothing acknowledged when one is killed, and its clients go on with the other', async () => {
    const [one, two] = [await openServer(), await openServer()];
    const reader = stockClient(two, 'killed');
    await reader.synced();
    const source = await writer(one, 'killed');
    for (let i = 0; i < 300; i++) source.doc.getText('body').insert(i, 'u');
    await until(() => source.acknowledged > 20);
    await one.kill();
    const promised = source.acknowledged;
    const late = stockClient(two, 'killed');
    await late.synced();
    expect(late.text.length).toBeGreaterThanOrEqual(promised);
    await until(() => reader.text.length === late.text.length);
  });

  it('SY18 converge while Redis is away, and at once again when it is back', async () => {
    const [one, two] = [await openServer(), await openServer()];
    const [a, b] = [stockClient(one, 'redis'), stockClient(two, 'redis')];
    await Promise.all([a.synced(), b.synced()]);
    a.text.insert(0, 'before ');
    await until(() => b.text.toJSON() === 'before ');
    await redis!.kill();
    a.text.insert(a.text.length, 'away ');
    await until(() => b.text.toJSON() === 'before away ');
    b.text.insert(b.text.length, 'too ');
    await until(() => a.text.toJSON() === 'before away too ');
    await redis!.start();
    a.text.insert(a.text.length, 'back');
    await until(() => b.text.toJSON() === 'before away too back');
  });

  it('SY6 SY19 lose nothing acknowledged when the database is killed; what waited is committed when it is back', async () => {
    const one = await openServer();
    const client = stockClient(one, 'database');
    await client.synced();
    client.text.insert(0, 'before ');
    const source = await writer(one, 'database');
    source.doc.getText('other').insert(0, 'x');
    await until(() => source.acknowledged === 1);
    await database!.kill();
    client.text.insert(client.text.length, 'away');
    source.doc.getText('other').insert(1, 'y');
    await until(() => !client.provider.wsconnected);
    expect(source.acknowledged).toBe(1);
    expect((await fetch(`${one.announced.url}/ready`)).status).toBe(503);
    await database!.start();
    await until(() => client.provider.wsconnected && client.provider.synced, 30_000);
    const late = stockClient(one, 'database');
    await until(() => late.text.toJSON() === 'before away', 30_000);
    expect(late.doc.getText('other').toJSON()).toMatch(/^x/);
  });

  it('SY9 SY18 share tickets, facts and removals', async () => {
    const [one, two] = [await openServer([]), await openServer([])];
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'contributor');
    const atOne = await share(one.announced.url, ana);
    cleanUps.push(() => atOne.socket.terminate());
    const protocols = await ticketFor(one.announced.url, bo);
    const atTwo = new RawClient(two.announced.url, `~feeds/${ana.feeds.teamId}`, protocols);
    const document = new RawClient(two.announced.url, `${ana.feeds.teamId}.note.n1`, protocols);
    cleanUps.push(() => [atTwo, document].map(({ socket }) => socket.terminate()));
    await Promise.all([atTwo.opened, document.opened]);
    atTwo.say({ type: 'have', vector: {} });
    expect((await atTwo.message('have')).vector).toEqual(ana.feeds.vector());
    const { entry } = ana.state({ kind: 'model.created', model: 'churn', description: '' });
    atOne.say({ type: 'entries', entries: [entry] });
    expect((await atTwo.message('entries')).entries).toEqual([entry]);
    atOne.say({ type: 'entries', entries: [ana.state({ kind: 'member.removed', device: bo.device }).entry] });
    expect((await document.closed).code).toBe(4403);
    expect((await atTwo.closed).code).toBe(4403);
  });
});
