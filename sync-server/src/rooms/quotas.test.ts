import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { acksSubprotocol, closeCode } from '@benchmate/shared/protocol/document-wire';
import { jsonLog } from '../operations/log.ts';
import type { SyncServer } from '../server.ts';
import { insertion, openDocument, RawClient, session, share, temporaryServer, ticketFor } from '../simulated-client.ts';
import { updateFrame } from './frames.ts';

let server: SyncServer;
const clients: RawClient[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await server.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function open(name = 'room', protocols: string[] = [acksSubprotocol]): Promise<RawClient> {
  const client = new RawClient(server.url, name, protocols);
  clients.push(client);
  await client.opened;
  return client;
}
const isAck = (frame: Buffer) => frame[0] === 8;
const acked = async (client: RawClient, count: number) => {
  while (decodeCount(await client.next(isAck)) < count);
};
const decodeCount = (frame: Buffer) => frame.subarray(1).reduce((sum, byte, at) => sum + (byte & 127) * 128 ** at, 0);
const patient = { timeout: 15_000 };
const metric = async (name: string) =>
  Number(new RegExp(`benchmate_sync_${name} (\\d+)`).exec(await (await fetch(`${server.url}/metrics`)).text())?.[1]);

describe('quotas', () => {
  it('SY10 bound a document in total: the update that would pass it closes with 4414 and is nowhere', async () => {
    server = await temporaryServer({ open: true, quotas: { documentBytes: 10_000 } });
    const writer = await open();
    writer.socket.send(updateFrame(insertion('x'.repeat(6000))));
    await acked(writer, 1);
    writer.socket.send(updateFrame(insertion('y'.repeat(6000))));
    expect(await writer.closed).toMatchObject({ code: closeCode.full });
    expect(await (await open()).text()).toBe('x'.repeat(6000));
    expect(await metric('over_quota_total')).toBe(1);
  });

  it('SY10 make room by a compaction first: what was deleted does not count', async () => {
    server = await temporaryServer({ open: true, quotas: { documentBytes: 10_000 } });
    const writer = await open();
    const doc = new Y.Doc();
    let sent = 0;
    doc.on('update', update => {
      sent++;
      writer.socket.send(updateFrame(update));
    });
    for (let i = 0; i < 6; i++) {
      doc.getText('body').insert(0, 'z'.repeat(3000));
      doc.getText('body').delete(0, 3000);
    }
    await acked(writer, sent);
    expect(await writer.text()).toBe('');
    expect(await metric('compactions_total')).toBeGreaterThan(0);
  });

  it('SY10 bound the connections of a document, with 4429, and not those of others', async () => {
    server = await temporaryServer({ open: true, quotas: { connectionsPerDocument: 2 } });
    await open();
    await open();
    expect((await (await open()).closed).code).toBe(closeCode.tooMany);
    await (await open('other')).drain();
  });

  it('SY10 bound the members of a team', async () => {
    server = await temporaryServer({ quotas: { members: 2 } });
    const ana = SimulatedDevice.founder('Ana', 1);
    ana.welcome('Bo', 2, 'contributor');
    clients.push(await share(server.url, ana));
    const third = ana.welcome('Cy', 3, 'contributor');
    const client = clients[0]!;
    client.say({ type: 'entries', entries: third.feeds.entriesAfter({}) });
    expect((await client.message('refused')).reason).toMatch(/2 members/);
    const refused = new RawClient(server.url, `~feeds/${ana.feeds.teamId}`, await ticketFor(server.url, third));
    expect((await refused.closed).code).toBe(closeCode.forbidden);
  });

  it('SY11 slow down who sends too fast, without losing anything and without slowing others', async () => {
    server = await temporaryServer({ open: true, quotas: { framesPerSecond: 100, burstSeconds: 1 } });
    const [fast, other] = [await open(), await open('other')];
    let done = 0;
    fast.socket.on('message', (data: Buffer) => {
      if (isAck(data)) done = decodeCount(data);
    });
    for (let i = 0; i < 300; i++) fast.socket.send(updateFrame(insertion('a'.repeat(2000))));
    other.socket.send(updateFrame(insertion('b')));
    await acked(other, 1);
    expect(done).toBeLessThan(300);
    await acked(fast, 300);
    expect(await metric('rests_total')).toBeGreaterThan(0);
    expect(await fast.text()).toBe('a'.repeat(600_000));
  });

  it('SY11 cut off a reader that does not read, and the others do not wait for it', async () => {
    server = await temporaryServer({
      open: true,
      quotas: { backlogBytes: 1_000_000, bytesPerSecond: 1_000_000_000 },
    });
    const [writer, slow, good] = [await open(), await open('room', []), await open('room', [])];
    await slow.drain();
    slow.socket.pause();
    await good.drain();
    // More than what the operating system holds for a socket on loopback; one after the other, so that `good` keeps up.
    for (let i = 1; i <= 40; i++) {
      writer.socket.send(updateFrame(insertion('x'.repeat(500_000))));
      await good.next(frame => frame[0] === 0 && frame[1] === 2);
    }
    await acked(writer, 40);
    await expect.poll(() => metric('laggards_total'), patient).toBe(1);
    await expect.poll(() => metric('connections'), patient).toBe(2);
    slow.socket.resume();
    expect([closeCode.tooSlow, 1006]).toContain((await slow.closed).code);
  });
});

describe('a ticket', () => {
  it('opens nothing after its ten minutes', async () => {
    let now = Date.now();
    server = await temporaryServer({ now: () => now });
    const ana = SimulatedDevice.founder('Ana', 1);
    clients.push(await share(server.url, ana));
    const protocols = await ticketFor(server.url, ana);
    now += 599_000;
    const inTime = new RawClient(server.url, `${ana.feeds.teamId}.note.n1`, protocols);
    clients.push(inTime);
    await inTime.opened;
    await inTime.drain();
    now += 2000;
    for (const path of [`${ana.feeds.teamId}.note.n1`, `~feeds/${ana.feeds.teamId}`])
      expect((await new RawClient(server.url, path, protocols).closed).code).toBe(closeCode.unauthenticated);
    await inTime.drain(); // who is in stays in: removal from the team ends a connection, not the ticket's time
  });
});

describe('a full disk', () => {
  it('SY6 is never acknowledged, says so, leaves everything readable, and is over when there is space', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'benchmate-sync-'));
    folders.push(dataDir);
    server = await temporaryServer({ dataDir, open: true, maxStorageBytes: 300_000 });
    const first = await open();
    first.socket.send(updateFrame(insertion('kept')));
    await acked(first, 1);
    const big = await open('big');
    for (let i = 0; i < 10; i++) big.socket.send(updateFrame(insertion('x'.repeat(100_000))));
    const { code, reason } = await big.closed;
    expect({ code, reason }).toEqual({ code: closeCode.tryAgainLater, reason: 'The sync server has no space left.' });
    expect((await fetch(`${server.url}/ready`)).status).toBe(503);
    expect(await (await open()).text()).toBe('kept');
    await server.close();
    server = await temporaryServer({ dataDir, open: true });
    const again = await open('big');
    again.socket.send(updateFrame(insertion('x'.repeat(100_000))));
    await acked(again, 1);
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  });
});

describe('an orderly stop', () => {
  it('SY21 acknowledges what it received before it says goodbye with 1001', async () => {
    server = await temporaryServer({ open: true });
    const writer = await open();
    await writer.drain();
    let count = 0;
    writer.socket.on('message', (data: Buffer) => {
      if (isAck(data)) count = decodeCount(data);
    });
    for (let i = 0; i < 200; i++) writer.socket.send(updateFrame(insertion('a')));
    await expect.poll(() => metric('updates_total'), patient).toBeGreaterThan(0);
    void server.close();
    expect((await writer.closed).code).toBe(closeCode.goingAway);
    expect(count).toBeGreaterThan(0);
  });
});

describe('the log', () => {
  it('is JSON, a line for each event, and holds no ticket, nonce, proof or content', async () => {
    const lines: string[] = [];
    server = await temporaryServer({ log: jsonLog(line => lines.push(line)) });
    const ana = SimulatedDevice.founder('Ana', 1);
    clients.push(await share(server.url, ana));
    const { body } = await session(server.url, ana);
    const { ticket } = body as { ticket: string };
    const document = await openDocument(server.url, ana);
    document.socket.send(updateFrame(insertion('confidential')));
    document.socket.send('nonsense');
    await once(document.socket, 'close');
    const stranger = new RawClient(server.url, `${ana.feeds.teamId}.note.n1`, [`benchmate.ticket.${ticket}x`]);
    await stranger.closed;
    await server.close();
    const events = lines.map(line => JSON.parse(line) as { time: string; level: string; event: string; code?: number });
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['started', 'connection-closed', 'connection-refused', 'stopping', 'stopped']),
    );
    expect(events.find(({ event }) => event === 'connection-refused')?.code).toBe(closeCode.unauthenticated);
    for (const secret of [ticket, 'confidential', 'nonsense', 'benchmate.ticket'])
      expect(lines.join('')).not.toContain(secret);
    server = await temporaryServer();
  });
});
