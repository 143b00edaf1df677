import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { deviceKeys, joinProof } from '@benchmate/shared/facts/keys';
import { seedOf, SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { approve, promote, register } from '@benchmate/shared/facts/simulated-registry';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import type { FeedsMessage } from '@benchmate/shared/protocol/feeds-wire';
import type { SyncServer } from '../server.ts';
import { RawClient, session, share, temporaryServer, ticketFor } from '../simulated-client.ts';

let server: SyncServer;
const clients: RawClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await server.close();
});

async function connect(device: SimulatedDevice, invite?: object): Promise<RawClient> {
  const client = await share(server.url, device, invite);
  clients.push(client);
  return client;
}
const create = (model: string) => ({ kind: 'model.created', model, description: '' }) as const;

describe('feeds', () => {
  it('SY13 SY17 come with their founder, and go on to the other members after the commit', async () => {
    server = await temporaryServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'contributor');
    const [a, b] = [await connect(ana), await connect(bo)];
    const { entry } = bo.state(create('churn'));
    b.say({ type: 'entries', entries: [entry] });
    expect(await b.message('ack')).toEqual({ type: 'ack', vector: { [bo.device]: entry.seq } });
    expect(await a.message('entries')).toEqual({ type: 'entries', entries: [entry] });
    b.say({ type: 'entries', entries: [entry] });
    expect(await b.message('ack')).toEqual({ type: 'ack', vector: { [bo.device]: entry.seq } });
  });

  it('SY20 are there again after a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'benchmate-sync-'));
    server = await temporaryServer({ dataDir });
    const ana = SimulatedDevice.founder('Ana', 1);
    ana.state(create('churn'));
    await connect(ana);
    await server.close();
    server = await temporaryServer({ dataDir });
    const client = new RawClient(server.url, `~feeds/${ana.feeds.teamId}`, await ticketFor(server.url, ana));
    clients.push(client);
    await client.opened;
    client.say({ type: 'have', vector: {} });
    expect((await client.message('entries')).entries).toEqual(ana.feeds.entriesAfter({}));
    expect((await client.message('have')).vector).toEqual(ana.feeds.vector());
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('SY14 ask again from where a gap begins', async () => {
    server = await temporaryServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    const client = await connect(ana);
    ana.state(create('lost'));
    client.say({ type: 'entries', entries: [ana.state(create('later')).entry] });
    expect((await client.message('have')).vector).toEqual({ [ana.device]: 1 });
  });

  it('SY13 SY14 refuse what is tampered with, forged, forked or by a stranger, and store nothing of it', async () => {
    server = await temporaryServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    const client = await connect(ana);
    const eve = new SimulatedDevice('Eve', 9, ana.feeds.teamId);
    eve.syncWith(ana);
    const good = ana.write(create('good')).entry;
    const other = ana.write(create('other')).entry;
    const refused = async (entry: typeof good, reason: RegExp) => {
      client.say({ type: 'entries', entries: [entry] });
      const answer = await client.message('refused');
      expect(answer).toMatchObject({ author: entry.author, seq: entry.seq });
      expect(answer.reason).toMatch(reason);
    };
    await refused({ ...good, fact: create('evil') }, /signature/);
    await refused({ ...good, author: eve.device, seq: 1, prev: '' }, /signature/);
    await refused({ ...good, team: eve.device }, /another team/);
    await refused(eve.write(create('evil')).entry, /not a member/);
    client.say({ type: 'entries', entries: [good] });
    await client.message('ack');
    await refused(other, /another entry under this number/);
    expect((await client.message('entries')).entries).toEqual([good]);
    client.say({ type: 'have', vector: {} });
    expect((await client.message('entries')).entries).toHaveLength(2);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/entries_total 2\n/);
    expect(metrics).toMatch(/refused_total 5\n/);
  });

  it('SY22 show two histories of one device to both sides, however long they are, and store one', async () => {
    server = await temporaryServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'contributor');
    const copy = new SimulatedDevice('Bo', 2, ana.feeds.teamId);
    copy.syncWith(bo);
    copy.now = bo.now;
    const [a, b] = [await connect(ana), await connect(bo)];
    const mine = bo.state(create('mine'));
    b.say({ type: 'entries', entries: [mine.entry] });
    await b.message('ack');
    expect((await a.message('entries')).entries).toEqual([mine.entry]);
    const theirs = [copy.state(create('theirs')), copy.state(create('theirs, too'))].map(({ entry }) => entry);
    const ask = async (device: SimulatedDevice, length: number) => {
      const vector = { ...ana.feeds.vector(), [bo.device]: length };
      b.say({ type: 'have', vector, heads: device.feeds.hashesAt(vector) });
      const first = JSON.parse((await b.next(() => true)).toString()) as FeedsMessage;
      const have = first.type === 'have' ? first : await b.message('have');
      return [first.type === 'entries' ? first.entries : [], have.heads];
    };
    expect(await ask(copy, mine.entry.seq)).toEqual([[mine.entry], { [bo.device]: mine.hash }]);
    expect(await ask(copy, mine.entry.seq + 1)).toEqual([[], { [bo.device]: mine.hash }]);
    expect(await ask(bo, mine.entry.seq)).toEqual([[], {}]);
    expect(await ask(bo, mine.entry.seq - 1)).toEqual([[mine.entry], {}]);
    b.say({ type: 'have', vector: bo.feeds.vector() });
    expect(await b.message('have')).toEqual({ type: 'have', vector: bo.feeds.vector() });
    for (const offer of [theirs, theirs]) {
      b.say({ type: 'entries', entries: offer });
      expect((await b.message('refused')).seq).toBe(mine.entry.seq);
      expect((await b.message('refused')).seq).toBe(mine.entry.seq + 1);
      expect((await b.message('entries')).entries).toEqual([mine.entry]);
    }
    expect((await a.message('entries')).entries).toEqual(theirs.slice(0, 1));
    a.say({ type: 'have', vector: {} });
    expect((await a.message('entries')).entries).toEqual(bo.feeds.entriesAfter({})); // what is stored, and nothing before it
  });

  it('M10 refuse from a patched client what its role forbids, and count nothing of it that comes another way', async () => {
    server = await temporaryServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    ana.state(register('v1'));
    const vera = ana.welcome('Vera', 2, 'viewer');
    const bo = ana.welcome('Bo', 3, 'reviewer');
    const bot = bo.add('agent', 'Bot', 4);
    for (const device of [ana, vera, bo]) device.syncWith(bot);
    const owner = await connect(ana);
    const key = deviceKeys(seedOf(70)).device;
    const invite = {
      kind: 'invite.created',
      inviteId: 'i',
      key,
      role: 'owner',
      expiresAt: '2030-01-01T00:00:00Z',
    } as const;
    const evil = [
      [vera, promote('v1'), /As viewer you may not promote/],
      [vera, { kind: 'role.set', person: vera.device, role: 'owner', project: null }, /As viewer you may not change/],
      [bo, invite, /As reviewer you may not invite/],
      [bot, approve('v1'), /As agent you may not give a verdict/],
      [
        bot,
        { kind: 'device.invited', as: 'agent', inviteId: 'i', key, expiresAt: invite.expiresAt },
        /may not add an agent/,
      ],
    ] as const;
    for (const [device, fact, reason] of evil) {
      const client = await connect(device);
      client.say({ type: 'entries', entries: [device.write(fact).entry] });
      expect((await client.message('refused')).reason).toMatch(reason);
    }
    // A server that is patched, too, hands it on: replicas see it and count nothing.
    for (const [device, fact] of evil) ana.feeds.add(device.state(fact).entry);
    const { models, membership, refusalOf } = ana.registry();
    expect(models[0]).toMatchObject({ aliases: [], versions: [{ approvals: [] }] });
    expect(membership.invites.filter(({ inviteId }) => inviteId === 'i')).toEqual([]);
    expect(membership.members.map(({ role }) => role)).toEqual(['owner', 'viewer', 'reviewer', 'agent']);
    const heads = [vera, bo, bot].map(({ device }) =>
      ana.feeds.entries().findLast(({ entry }) => entry.author === device)!,
    );
    expect(heads.map(({ hash }) => refusalOf(hash)?.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    const relayed = ana.feeds.entries().map(({ entry }) => entry);
    owner.say({ type: 'entries', entries: relayed });
    expect((await owner.message('ack')).vector[bo.device]).toBe(ana.feeds.head(bo.device)!.seq);
  });

  it('SY12 close with 4400 for malformed messages', async () => {
    server = await temporaryServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    for (const text of ['', '{', '[]', '{"type":7}', '{"type":"entries","entries":[{}]}', '['.repeat(100_000)]) {
      const client = await connect(ana);
      client.socket.send(text);
      expect((await client.closed).code).toBe(closeCode.badRequest);
    }
  });

  it('SY16 leave a message of a type aside that a later version added', async () => {
    server = await temporaryServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    const client = await connect(ana);
    client.socket.send('{"type":"weather","sunny":true}');
    client.say({ type: 'have', vector: {} });
    expect((await client.message('have')).vector).toEqual(ana.feeds.vector());
  });

  it('SY17 of an unknown team begin with its founding entry', async () => {
    server = await temporaryServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    const eve = new SimulatedDevice('Eve', 9, ana.feeds.teamId);
    const client = new RawClient(server.url, `~feeds/${ana.feeds.teamId}`, await ticketFor(server.url, eve));
    clients.push(client);
    await client.opened;
    client.say({ type: 'entries', entries: [eve.write(create('evil')).entry] });
    expect((await client.message('refused')).reason).toMatch(/not known here/);
    client.say({ type: 'entries', entries: ana.feeds.entriesAfter({}) });
    expect((await client.message('refused')).reason).toMatch(/not a member/);
    await connect(ana);
  });

  it('SY17 come back to an empty server from any member', async () => {
    server = await temporaryServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'reviewer');
    await connect(bo);
    const client = await connect(ana);
    client.say({ type: 'have', vector: {} });
    expect((await client.message('have')).vector).toEqual(ana.feeds.vector());
  });
});

async function invited() {
  const ana = SimulatedDevice.founder('Ana', 1);
  let now = ana.now;
  server = await temporaryServer({ now: () => now });
  const invite = ana.invite('reviewer');
  clients.push(await share(server.url, ana));
  const guest = new SimulatedDevice('Bo', 2, ana.feeds.teamId);
  guest.now = ana.now;
  const proof = (device: SimulatedDevice) => ({
    team: ana.feeds.teamId,
    inviteId: invite.inviteId,
    proof: joinProof(invite.secret, ana.feeds.teamId, device.device),
  });
  return { ana, guest, invite, proof, later: (ms: number) => (now += ms) };
}

describe('invites', () => {
  it('SY15 let a device read the feeds and add the one entry that makes it a member', async () => {
    const { ana, guest, invite, proof } = await invited();
    const client = new RawClient(
      server.url,
      `~feeds/${ana.feeds.teamId}`,
      await ticketFor(server.url, guest, proof(guest)),
    );
    clients.push(client);
    await client.opened;
    client.say({ type: 'have', vector: {} });
    guest.receive((await client.message('entries')).entries);
    client.say({ type: 'entries', entries: [ana.write(create('by-ana')).entry] });
    expect((await client.message('refused')).reason).toMatch(/only join/);
    client.say({ type: 'entries', entries: [guest.write(create('too-early')).entry] });
    expect((await client.message('refused')).reason).toMatch(/not a member/);
    client.say({ type: 'entries', entries: [guest.join(invite).entry] });
    expect((await client.message('ack')).vector).toEqual({ [guest.device]: 1 });
    client.say({ type: 'entries', entries: [guest.state(create('now')).entry] });
    expect((await client.message('ack')).vector).toEqual({ [guest.device]: 2 });
  });

  it('SY15 do not open anything with a wrong secret, for another device, or after their time', async () => {
    const { ana, guest, proof, later } = await invited();
    const eve = new SimulatedDevice('Eve', 9, ana.feeds.teamId);
    expect((await session(server.url, eve, proof(guest))).status).toBe(403);
    expect((await session(server.url, guest, { ...proof(guest), inviteId: 'other' })).status).toBe(403);
    expect((await session(server.url, guest, proof(guest))).status).toBe(200);
    later(90_000_000);
    expect(await session(server.url, guest, proof(guest))).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('are no help to a device without one', async () => {
    const { guest } = await invited();
    const client = new RawClient(server.url, `~feeds/${guest.feeds.teamId}`, await ticketFor(server.url, guest));
    expect((await client.closed).code).toBe(closeCode.forbidden);
  });
});
