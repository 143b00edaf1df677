import { afterEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { acksSubprotocol, closeCode } from '@benchmate/shared/protocol/document-wire';
import type { SyncServer } from '../server.ts';
import { bodyOf, insertion, openDocument, RawClient, share, temporaryServer, ticketFor } from '../simulated-client.ts';
import { awarenessFrame, step1Frame, updateFrame } from './frames.ts';

let server: SyncServer;
const clients: RawClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await server.close();
});

async function open(name = 'room', protocols: string[] = []): Promise<RawClient> {
  const client = new RawClient(server.url, name, protocols);
  clients.push(client);
  await client.opened;
  return client;
}
const isUpdate = (frame: Buffer) => frame[0] === 0 && frame[1] === 2;
const isAck = (frame: Buffer) => frame[0] === 8;

describe('documents', () => {
  it('SY1 acknowledges by count what is committed, and only to those who asked for it', async () => {
    server = await temporaryServer({ open: true });
    const asked = await open('room', [acksSubprotocol]);
    expect(asked.socket.protocol).toBe(acksSubprotocol);
    for (const text of ['a', 'b', 'c']) asked.socket.send(updateFrame(insertion(text)));
    let last = 0;
    while (last < 3) {
      const [, count] = await asked.next(isAck);
      expect(count).toBeGreaterThan(last);
      last = count!;
    }
    const stock = await open();
    stock.socket.send(updateFrame(insertion('d')));
    expect((await stock.drain()).filter(isAck)).toEqual([]);
    expect((await stock.text()).split('').toSorted().join('')).toBe('abcd');
  });

  it('SY1 never acknowledges an empty update before the ones in front of it', async () => {
    server = await temporaryServer({ open: true });
    const client = await open('room', [acksSubprotocol]);
    client.socket.send(updateFrame(insertion('a')));
    client.socket.send(updateFrame(new Uint8Array([0, 0])));
    expect([...(await client.next(isAck))]).toEqual([8, 2]);
  });

  it('SY4 passes an update on to the others of its room, not to its sender nor to other rooms', async () => {
    server = await temporaryServer({ open: true });
    const [a, b, other] = [await open(), await open(), await open('other')];
    for (const client of [a, b, other]) await client.drain();
    const update = updateFrame(insertion('hello'));
    a.socket.send(update);
    expect([...(await b.next(isUpdate))]).toEqual([...update]);
    expect((await a.drain()).filter(isUpdate)).toEqual([]);
    expect((await other.drain()).filter(isUpdate)).toEqual([]);
  });

  it('SY2 gives a newcomer everything exactly once, however its step 1 falls between the updates of others', async () => {
    server = await temporaryServer({ open: true });
    const writer = await open();
    const source = new Y.Doc();
    source.on('update', update => writer.socket.send(updateFrame(update)));
    for (let i = 0; i < 60; i++) {
      source.getText('body').insert(0, 'x');
      if (i % 3) continue;
      const reader = await open();
      const doc = new Y.Doc();
      reader.socket.send(step1Frame(Y.encodeStateVector(doc)));
      source.getText('body').insert(0, 'y');
      const step2 = await reader.next(frame => frame[0] === 0 && frame[1] === 1);
      Y.applyUpdate(doc, bodyOf(step2));
      expect(doc.store.pendingStructs).toBeNull();
      while (doc.getText('body').length < source.getText('body').length) {
        Y.applyUpdate(doc, bodyOf(await reader.next(isUpdate)));
        expect(doc.store.pendingStructs).toBeNull();
      }
      reader.socket.close();
    }
  });

  it('SY5 keeps one merged snapshot instead of a long log', async () => {
    server = await temporaryServer({ open: true });
    const client = await open();
    const doc = new Y.Doc();
    doc.on('update', update => client.socket.send(updateFrame(update)));
    for (let i = 0; i < 1200; i++) doc.getText('body').insert(0, 'z');
    expect(await client.text()).toBe('z'.repeat(1200));
    const read = async () => (await fetch(`${server.url}/metrics`)).text();
    await expect
      .poll(async () => Number(/compactions_total (\d+)/.exec(await read())?.[1]), { timeout: 15_000 })
      .toBeGreaterThan(0);
    const metrics = await read();
    expect(metrics).toMatch(/benchmate_sync_updates_total 1200/);
    expect(metrics).toMatch(/benchmate_sync_documents 1\n/);
  });

  it('SY7 forwards awareness, greets newcomers with it, and says goodbye for whoever vanishes', async () => {
    server = await temporaryServer({ open: true });
    const [a, b] = [await open(), await open()];
    const state = Buffer.from('{"name":"Ana"}');
    const states = Buffer.from([1, 7, 1, state.length, ...state]);
    a.socket.send(awarenessFrame(states));
    for (const peer of [a, b, await open()])
      expect(await peer.next(frame => frame[0] === 1)).toEqual(Buffer.from(awarenessFrame(states)));
    a.socket.terminate();
    const farewell = await b.next(frame => frame[0] === 1);
    expect(farewell.toString()).toContain('null');
  });

  it('SY7 drops awareness above 8 KiB without closing', async () => {
    server = await temporaryServer({ open: true });
    const [a, b] = [await open(), await open()];
    const state = Buffer.from(JSON.stringify('x'.repeat(8200)));
    a.socket.send(awarenessFrame(Buffer.from([1, 7, 1, (state.length & 127) | 128, state.length >> 7, ...state])));
    await a.drain();
    expect((await b.drain()).filter(frame => frame[0] === 1)).toEqual([]);
  });

  it.each([
    ['nothing', []],
    ['an unknown type', [77]],
    ['a cut frame', [0, 2, 200, 1]],
    ['bytes behind the frame', [0, 2, 2, 0, 0, 9]],
    ['an update that is none', [0, 2, 3, 255, 255, 255]],
    ['an unknown step', [0, 9, 1, 0]],
    ['awareness that is none', [1, 3, 9, 9, 9]],
  ])('closes with 4400 for %s, and the room goes on', async (_name, bytes) => {
    server = await temporaryServer({ open: true });
    const [bad, good] = [await open(), await open()];
    bad.socket.send(Uint8Array.from(bytes));
    expect((await bad.closed).code).toBe(closeCode.badRequest);
    good.socket.send(updateFrame(insertion('fine')));
    expect(await good.text()).toBe('fine');
  });

  it('SY10 SY12 closes with 4400 for text, and with 4413 for an update above 1 MB', async () => {
    server = await temporaryServer({ open: true });
    const [text, large] = [await open(), await open()];
    text.socket.send('{}');
    expect((await text.closed).code).toBe(closeCode.badRequest);
    large.socket.send(updateFrame(insertion('x'.repeat(1_000_001))));
    expect((await large.closed).code).toBe(closeCode.tooLarge);
    expect(await (await open()).text()).toBe('');
  });

  it.each(['..%2f..%2fetc%2fpasswd', 'a%2fb', '%00', 'a/b', '~feeds/short', '.', 'a..b', 'x'.repeat(600)])(
    'has no document named %s',
    async name => {
      server = await temporaryServer({ open: true });
      const client = new RawClient(server.url, name);
      clients.push(client);
      const outcome = await client.closed;
      expect([closeCode.badRequest, 1006]).toContain(outcome.code);
      expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/benchmate_sync_documents 0\n/);
    },
  );
});

describe('documents of a team', () => {
  it('SY9 are for members with a ticket', async () => {
    server = await temporaryServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    const eve = SimulatedDevice.founder('Eve', 9);
    clients.push(await share(server.url, ana));
    const path = `${ana.feeds.teamId}.note.n1`;
    const attempts: [string[], number][] = [
      [[], closeCode.unauthenticated],
      [['benchmate.ticket.nonsense'], closeCode.unauthenticated],
      [await ticketFor(server.url, eve), closeCode.forbidden],
    ];
    for (const [protocols, code] of attempts)
      expect((await new RawClient(server.url, path, protocols).closed).code).toBe(code);
    expect((await new RawClient(server.url, 'room', await ticketFor(server.url, ana)).closed).code).toBe(
      closeCode.badRequest,
    );
    const mine = await openDocument(server.url, ana);
    clients.push(mine);
    mine.socket.send(updateFrame(insertion('ours')));
    expect(await mine.text()).toBe('ours');
  });

  it('SY8 are read-only for viewers: their updates are refused and change nothing', async () => {
    server = await temporaryServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    const vi = ana.welcome('Vi', 2, 'viewer');
    clients.push(await share(server.url, ana));
    const [writer, viewer] = [await openDocument(server.url, ana), await openDocument(server.url, vi)];
    clients.push(writer, viewer);
    writer.socket.send(updateFrame(insertion('fact')));
    await writer.next(isAck);
    expect(await viewer.text()).toBe('fact');
    viewer.socket.send(updateFrame(insertion('fake')));
    const frames = await viewer.drain();
    expect(frames.some(frame => frame[0] === 2 && frame.toString().includes('not change it'))).toBe(true);
    expect(frames.some(isAck)).toBe(false);
    expect(await writer.text()).toBe('fact');
  });

  it('SY9 close with 4403 for a member who is removed', async () => {
    server = await temporaryServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'contributor');
    const feeds = await share(server.url, ana);
    const [document, ownFeeds] = [await openDocument(server.url, bo), await share(server.url, bo)];
    clients.push(feeds, document, ownFeeds);
    feeds.say({ type: 'entries', entries: [ana.state({ kind: 'member.removed', device: bo.device }).entry] });
    expect((await ownFeeds.message('entries')).entries[0]!.fact).toMatchObject({ kind: 'member.removed' });
    expect((await document.closed).code).toBe(closeCode.forbidden);
    expect((await ownFeeds.closed).code).toBe(closeCode.forbidden);
    const again = new RawClient(server.url, `~feeds/${bo.feeds.teamId}`, await ticketFor(server.url, bo));
    expect((await again.closed).code).toBe(closeCode.forbidden);
  });
});
