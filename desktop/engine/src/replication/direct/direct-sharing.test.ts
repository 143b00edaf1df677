import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hashEntry } from '@benchmate/shared/facts/entry-hash';
import { systemClock } from '../../host/clock.ts';
import { CurrentTeam } from '../feeds/current-team.ts';
import { testKeys, type FolderDevice } from '../folder/testing-device.ts';
import { evidenceAt, openFolderTeam, strangerTo, twoHistories } from '../folder/testing-team.ts';
import { formatDirectAddress, parseDirectAddress } from './address.ts';
import { DirectSharing } from './direct-sharing.ts';

const loopback = { host: '127.0.0.1', port: 0 };
let dir: string;
let devices: FolderDevice[];
let sharings: DirectSharing[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-direct-'));
  devices = await openFolderTeam(dir, ['ana', 'ben', 'cleo']);
  sharings = devices.map(sharingOf);
});
afterEach(async () => {
  for (const sharing of sharings) await sharing.stop();
  for (const { store } of devices) await store.settled();
  for (const { store } of devices) store.close();
  rmSync(dir, { recursive: true, force: true });
});

const dataDir = (at: number) => join(dir, `data-${at}`);

function sharingOf({ store, replica, documents, hub }: FolderDevice, at: number): DirectSharing {
  mkdirSync(dataDir(at), { recursive: true });
  const current = new CurrentTeam(replica);
  return new DirectSharing({
    store,
    current,
    documents,
    hub,
    clock: systemClock,
    random: randomBytes,
    dataDir: dataDir(at),
    warn: () => {},
  });
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 10 });
const peers = (at: number) => sharings[at]!.status().peers.length;

test('X1: both have what either wrote before, what either writes then, and nothing goes back and forth', async () => {
  const [ana, ben] = devices as [FolderDevice, FolderDevice];
  await ana.write('a', text => text.insert(0, 'from Ana'));
  await ben.write('b', text => text.insert(0, 'x'.repeat(300_000)));
  await ben.write('b', text => text.delete(0, 1));
  const { address } = await sharings[0]!.listen(loopback);
  await sharings[1]!.connect(address);
  await soon(() => expect([ana.read('b').length, ben.read('a')]).toEqual([299_999, 'from Ana']));
  await Promise.all([
    ana.write('a', text => text.insert(0, 'A')),
    ben.write('a', text => text.insert(0, 'B')),
    ana.state({ kind: 'model.created', model: 'm', description: '' }),
  ]);
  await soon(() => expect(ben.read('a')).toBe(ana.read('a')));
  await soon(() => expect(ben.replica.registry.models.map(({ name }) => name)).toEqual(['m']));
  expect(ana.read('a')).toMatch(/^(AB|BA)from Ana$/);
  const files = vi.spyOn(ana.replica, 'receive');
  await ben.write('a', text => text.insert(0, 'last'));
  await soon(() => expect(ana.read('a')).toMatch(/^last/));
  await ana.write('c', text => text.insert(0, 'end'));
  await soon(() => expect(ben.read('c')).toBe('end'));
  expect(files.mock.calls.length).toBe(0); // no fact went along
  await sharings[1]!.stop();
  await soon(() => expect(peers(0)).toBe(0));
  for (const at of [0, 1]) expect(readdirSync(join(dataDir(at), 'direct'))).toEqual([]);
});

test.each([
  [1, 1],
  [1, 4],
  [4, 1],
])(
  'F4: two histories of one device are seen by both ends, with a proof, whichever is longer (%i and %i)',
  async (a, b) => {
    const [ana, ben, cleo] = devices as [FolderDevice, FolderDevice, FolderDevice];
    for (const device of devices) await device.replica.receive(ana.replica.storedAfter({}));
    const { here, copied } = await twoHistories({ dir, device: cleo }, 4);
    await ana.replica.receive(here.slice(0, a));
    await ben.replica.receive(copied.slice(0, b));
    const { address } = await sharings[0]!.listen(loopback);
    const received = [ana, ben].map(({ replica }) => vi.spyOn(replica, 'receive'));
    await sharings[1]!.connect(address);
    await soon(() => expect([evidenceAt(ana).length, evidenceAt(ben).length]).toEqual([1, 1]));
    const histories = [
      { device: ana, own: here.slice(0, a), other: copied },
      { device: ben, own: copied.slice(0, b), other: here },
    ];
    for (const { device, own, other } of histories) {
      const [seq, held, rival] = evidenceAt(device)[0] as [number, string | undefined, string];
      expect(other.find(entry => hashEntry(entry) === rival)?.seq).toBe(seq);
      // Two entries of one number; or one that does not follow what is held under the number before.
      expect(held).toBe(own.filter(entry => entry.seq === seq).map(hashEntry)[0]);
    }
    const thereAndBack = async (word: string) => {
      await ana.write('a', text => text.insert(0, word));
      await soon(() => expect(ben.read('a')).toMatch(word));
      await ben.write('b', text => text.insert(0, word));
      await soon(() => expect(ana.read('b')).toMatch(word));
      return received.map(({ mock }) => mock.calls.length);
    };
    const calls = await thereAndBack('first');
    expect(Math.max(...calls)).toBeLessThan(8);
    expect(await thereAndBack('second')).toEqual(calls); // nothing goes back and forth
  },
);

test('X2 X3: a second device, a stranger, and who was removed are refused, and are told why', async () => {
  const [ana, ben] = devices as [FolderDevice, FolderDevice];
  const { address } = await sharings[0]!.listen(loopback);
  await sharings[1]!.connect(address);
  await expect(sharings[2]!.connect(address)).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('somebody else') as string,
  });
  const stranger = strangerTo(ana, { dir, name: 'stranger', keys: testKeys(66) });
  devices.push(await stranger.open());
  await stranger.replica.receive(ana.replica.storedAfter({}));
  sharings.push(sharingOf(stranger, 3));
  const again = await sharings[0]!.listen(loopback);
  await expect(sharings[3]!.connect(again.address)).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('no member') as string,
  });
  await sharings[1]!.connect(again.address);
  await ana.state({ kind: 'person.removed', person: ben.keys.device });
  await soon(() => expect(peers(0) + peers(1)).toBe(0));
  await ana.write('a', text => text.insert(0, 'not for Ben'));
  await soon(() => expect(sharings[1]!.status().problem).toContain('removed'));
  expect(ben.read('a')).toBe('');
});

test('X3: without the secret there is no connection, and each listening has another one', async () => {
  const { address, port } = await sharings[0]!.listen(loopback);
  const outcome = await new Promise<string>(resolve => {
    const socket = connectTls({
      ...loopback,
      port,
      ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
      maxVersion: 'TLSv1.2',
      pskCallback: () => ({ psk: randomBytes(32), identity: 'benchmate-direct' }),
      checkServerIdentity: () => undefined,
    });
    socket.on('secureConnect', () => resolve('connected'));
    socket.on('error', error => resolve(String(error)));
  });
  expect(outcome).not.toBe('connected');
  const next = await sharings[0]!.listen({ ...loopback, port });
  await expect(sharings[1]!.connect(address)).rejects.toMatchObject({ code: 'OFFLINE' });
  await sharings[1]!.connect(next.address);
  expect(peers(1)).toBe(1);
});

test('X4: what is no address, what is of another team and where nobody answers is said', async () => {
  const { address } = await sharings[0]!.listen(loopback);
  const other = formatDirectAddress({ ...parseDirectAddress(address), team: 'another' });
  await expect(sharings[1]!.connect(other)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(sharings[1]!.connect('https://example.org')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(sharings[1]!.listen({ host: 'example.org', port: 0 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(sharings[1]!.listen({ host: '203.0.113.1', port: 0 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  const { port } = parseDirectAddress(address);
  await expect(sharings[1]!.listen({ ...loopback, port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  await sharings[0]!.stop();
  await expect(sharings[1]!.connect(address)).rejects.toMatchObject({ code: 'OFFLINE' });
});

test('X5: a started engine goes on where the one before was, for the same device alone, and says what keeps it from that', async () => {
  const { address, port } = await sharings[0]!.listen(loopback);
  await sharings[1]!.connect(address);
  await expect(sharings[1]!.connect(address.replace(/.$/, ''))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect(peers(1)).toBe(1); // what failed ended nothing
  await sharings[0]!.close();
  const occupant = createServer().listen({ ...loopback, port });
  await once(occupant, 'listening');
  const again = sharingOf(devices[0]!, 0);
  sharings.push(again);
  again.resume();
  await soon(() => expect(again.status().problem).toContain(`Port ${port} of 127.0.0.1 is in use.`));
  expect([again.isBusy, again.status().listening]).toEqual([true, null]);
  occupant.close();
  await soon(() => expect(again.status()).toMatchObject({ listening: { port }, problem: '', peers: [{}] }));
  await soon(() => expect(peers(1)).toBe(1));
  await expect(sharings[2]!.connect(address)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await again.stop();
  await sharings[1]!.stop();
  for (const at of [0, 1]) {
    const later = sharingOf(devices[at]!, at);
    later.resume();
    expect(later.isBusy).toBe(false);
  }
});
