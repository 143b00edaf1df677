import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Entry, Fact } from '@benchmate/shared/facts/entry';
import { held, signEntry } from '@benchmate/shared/facts/entry-hash';
import { joinProof } from '@benchmate/shared/facts/keys';
import { registryOf } from '@benchmate/shared/facts/registry';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { promote, register } from '@benchmate/shared/facts/simulated-registry';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import type { SyncServer } from '../server.ts';
import { RawClient, share, temporaryServer, ticketFor } from '../simulated-client.ts';

let server: SyncServer;
const clients: RawClient[] = [];
const ana = SimulatedDevice.founder('Ana', 1);
const bo = ana.welcome('Bo', 2, 'maintainer');
const eve = ana.welcome('Eve', 3, 'maintainer');
for (const device of [bo, eve]) device.syncWith(ana);
const create = (model: string): Fact => ({ kind: 'model.created', model, description: '' });

beforeAll(async () => {
  server = await temporaryServer({ now: () => ana.now });
});
afterAll(async () => {
  for (const client of clients) client.socket.terminate();
  await server.close();
});

async function connect(device: SimulatedDevice): Promise<RawClient> {
  const client = await share(server.url, device);
  clients.push(client);
  return client;
}

/** An entry with whatever its author likes in it, well signed. */
function signed(device: SimulatedDevice, changes: Partial<Entry>): Entry {
  const { sig: _sig, ...unsigned } = device.write(create('x')).entry;
  return signEntry({ ...unsigned, ...changes }, device.keys);
}

async function refusedBy(client: RawClient, entry: Entry): Promise<string> {
  client.say({ type: 'entries', entries: [entry] });
  return (await client.message('refused')).reason;
}

it('SY13 takes nothing of an entry in which any one bit of the signature, the author or the chain is changed', async () => {
  const client = await connect(bo);
  const { entry } = bo.write(create('good'));
  const flip = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  for (let at = 0; at < entry.sig.length - 1; at += 5) {
    expect(await refusedBy(client, { ...entry, sig: flip(entry.sig, at) })).toMatch(/signature/);
    if (at < entry.prev.length - 1) await refusedBy(client, { ...entry, prev: flip(entry.prev, at) });
    if (at < entry.author.length - 1) {
      const author = flip(entry.author, at);
      client.say({ type: 'entries', entries: [{ ...entry, author, seq: 1, prev: '' }] });
      await client.message('refused');
    }
  }
  client.say({ type: 'have', vector: {} });
  expect((await client.message('have')).vector).toEqual(ana.feeds.vector());
});

it('SY12 a vector of 20,000 devices is answered, one of 200,000 closes with 4400, and others are served meanwhile', async () => {
  const [client, other] = [await connect(eve), await connect(ana)];
  const wide = (devices: number) =>
    Object.fromEntries(Array.from({ length: devices }, (_, index) => [`device-${index}`, index + 1]));
  client.say({ type: 'have', vector: wide(20_000) });
  expect((await client.message('have')).vector).toEqual(ana.feeds.vector());
  client.say({ type: 'have', vector: wide(200_000) });
  other.say({ type: 'have', vector: ana.feeds.vector() });
  await other.message('have');
  expect((await client.closed).code).toBe(closeCode.badRequest);
  const again = await connect(eve);
  again.say({ type: 'entries', entries: [signed(eve, { after: wide(20_001) })] });
  expect((await again.closed).code).toBe(closeCode.badRequest);
});

it('SY12 names that mean something to JavaScript are names like others', async () => {
  const client = await connect(bo);
  client.socket.send('{"type":"have","vector":{"__proto__":5,"constructor":7,"toString":1}}');
  expect((await client.message('have')).vector).toEqual(ana.feeds.vector());
  const strange = signed(bo, { after: { constructor: 3 } });
  expect(await refusedBy(client, strange)).toMatch(/not a device/);
  expect(({} as Record<string, unknown>)['5']).toBeUndefined();
});

it('SY12 numbers that are none close with 4400', async () => {
  for (const seq of [-1, 0, 1.5, 2 ** 53, 1e308]) {
    const client = await connect(bo);
    client.say({ type: 'entries', entries: [{ ...bo.write(create('n')).entry, seq }] });
    expect((await client.closed).code).toBe(closeCode.badRequest);
  }
});

it('SY14 entries that refer to each other in a circle, or to what nobody wrote, are refused, and count nowhere', async () => {
  const client = await connect(bo);
  const [ofBo, ofEve] = [bo, eve].map(device => ({ device, seq: (device.feeds.head(device.device)?.seq ?? 0) + 1 }));
  const circle = [
    signed(bo, { after: { [eve.device]: ofEve!.seq } }),
    signed(eve, { after: { [bo.device]: ofBo!.seq } }),
  ];
  client.say({ type: 'entries', entries: circle });
  expect((await client.message('refused')).reason).toMatch(/refers to entries that are not here/);
  expect((await client.message('refused')).reason).toMatch(/refers to entries that are not here/);
  expect(await refusedBy(client, signed(bo, { after: { [ana.device]: 1_000_000 } }))).toMatch(/not here/);
  // A patched server hands them on: no replica waits for them with anything else, or loops.
  const whole = [...ana.feeds.entries(), ...circle.map(held), ana.write(create('after-the-circle'))];
  const { models } = registryOf(whole);
  expect(models.map(({ name }) => name)).toEqual(['after-the-circle']);
});

it('SY15 a clock years ahead or behind changes neither what counts nor who wins, and nobody joins by it', async () => {
  const client = await connect(ana);
  ana.state(register('v1'));
  ana.state(register('v2'));
  for (const device of [bo, eve]) device.syncWith(ana);
  const ahead = signed(bo, { fact: promote('v1'), at: '9999-12-31T23:59:59.999Z' });
  const behind = signed(eve, { fact: promote('v2'), at: '0001-01-01T00:00:00.000Z' });
  client.say({ type: 'entries', entries: ana.feeds.entriesAfter({}) });
  await client.message('ack');
  client.say({ type: 'entries', entries: [ahead, behind] });
  expect(await client.message('ack')).toMatchObject({ vector: { [bo.device]: ahead.seq, [eve.device]: behind.seq } });
  ana.receive([ahead, behind]);
  const [alias] = ana.registry().models.flatMap(({ aliases }) => aliases);
  expect(alias).toMatchObject({ contested: true });
  const invite = ana.invite('reviewer');
  client.say({ type: 'entries', entries: ana.feeds.entriesAfter({}) });
  await client.message('ack');
  const guest = new SimulatedDevice('Far', 5, ana.feeds.teamId);
  guest.syncWith(ana);
  guest.now = ana.now + 3_600_000;
  const { teamId: team } = ana.feeds;
  const proof = joinProof(invite.secret, team, guest.device);
  const protocols = await ticketFor(server.url, guest, { team, inviteId: invite.inviteId, proof });
  const joining = new RawClient(server.url, `~feeds/${team}`, protocols);
  clients.push(joining);
  await joining.opened;
  expect(await refusedBy(joining, guest.join(invite).entry)).toBe('The clock of the device is ahead.');
});
