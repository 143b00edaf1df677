import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventType } from '@benchmate/shared/domain/bench-event';
import type { Fact } from '@benchmate/shared/facts/entry';
import { deviceKeys, joinProof, type DeviceKeys } from '@benchmate/shared/facts/keys';
import { writeEntry } from '@benchmate/shared/facts/write-entry';
import { TurnedClock } from '../../host/turned-clock.ts';
import { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { FeedReplica } from '../../replication/feeds/replica.ts';
import { stateFact } from '../../replication/feeds/state-fact.ts';
import { FeedStore } from '../../replication/feeds/store.ts';
import { openStore, type Store } from '../../storage/database.ts';
import { systemNetwork, type Network } from './post.ts';
import { WebhooksService } from './service.ts';
import { signedHeaders } from './sign.ts';
import { Receiver, status } from './testing.ts';

const hour = 3_600_000;
const clock = new TurnedClock(Date.now());
const founder = deviceKeys(randomBytes(32));
const founding = writeEntry({
  keys: founder,
  team: '',
  head: null,
  seen: {},
  fact: { kind: 'team.founded', team: 'T', member: { name: 'Ana', deviceName: 'd' }, nonce: 'n' },
  at: new Date(clock.now()).toISOString(),
});

/** One device: a real database with feeds and webhooks. `reopen` is what a new engine finds after the old one was killed. */
class Device {
  readonly keys: DeviceKeys;
  readonly #file: string;
  readonly #network: Partial<Network>;
  store!: Store;
  replica!: FeedReplica;
  service!: WebhooksService;

  constructor(file: string, keys: DeviceKeys, network: Partial<Network> = {}) {
    this.#file = file;
    this.keys = keys;
    this.#network = network;
  }

  async open(keys = this.keys): Promise<this> {
    this.store = openStore(this.#file);
    const parts = { store: this.store, feeds: new FeedStore(this.store), keys, clock };
    this.replica = await FeedReplica.open(founding.hash, parts);
    if (!this.replica.feeds.head(founder.device)) await this.replica.receive([founding.entry]);
    const current = new CurrentTeam(this.replica);
    this.service = new WebhooksService({
      store: this.store,
      clock,
      random: randomBytes,
      epoch: 'test',
      current,
      network: { ...systemNetwork, ...this.#network },
      engineVersion: '0.0.0',
      failed: error => errors.push(error),
    });
    current.onEntries(() => this.service.happened());
    await this.service.start();
    return this;
  }

  async add(receiver: Receiver, events: EventType[] = []) {
    const url = `http://127.0.0.1:${receiver.port}/`;
    return this.service.add({ url, events, allowPrivate: true });
  }

  state = (fact: Fact) => stateFact(this.replica, clock, () => fact);

  async close(): Promise<void> {
    await this.service.close();
    this.store.close();
  }
}

const errors: unknown[] = [];
let folder: string;
let receiver: Receiver;
let ana: Device;
const devices: Device[] = [];
const device = async (name: string, keys: DeviceKeys, network: Partial<Network> = {}) => {
  const opened = await new Device(join(folder, `${name}.db`), keys, network).open();
  devices.push(opened);
  return opened;
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'benchmate-webhooks-'));
  receiver = await new Receiver().listen();
  ana = await device('ana', founder);
});
afterEach(async () => {
  await Promise.all(devices.splice(0).map(each => each.close()));
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
  if (errors.length > 0) throw new AggregateError(errors.splice(0));
});

const version = (versionId: string, model = 'churn'): Fact => ({
  kind: 'model.version-registered',
  model,
  versionId,
  source: 'runs:/secret-source',
  runId: null,
  description: 'secret description',
});
const promoted = (versionId: string, alias = 'champion', model = 'churn'): Fact => ({
  kind: 'alias.promoted',
  model,
  alias,
  versionId,
});
const typesOf = ({ received }: Receiver) => received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
const idsOf = ({ received }: Receiver) => received.map(({ headers }) => headers['webhook-id']);

test('W1 W7 W9 what counts is sent, signed, without a word of text; what is ignored is not', async () => {
  const { webhook, secret } = await ana.add(receiver);
  await ana.state({ kind: 'policy.set', alias: 'champion', approvals: 1 });
  await ana.state(version('a'));
  await expect(ana.state(promoted('a'))).rejects.toMatchObject({ code: 'NEEDS_APPROVAL' });
  // A patched client that states it all the same.
  await ana.replica.append(() => promoted('a'));
  await ana.state({ kind: 'policy.set', alias: 'champion', approvals: 0 });
  await ana.state(promoted('a'));
  const received = await receiver.got(2);
  expect(typesOf(receiver)).toEqual(['review.asked', 'alias.set']);
  for (const { headers, body } of received) {
    const { 'webhook-id': id, 'webhook-timestamp': timestamp } = headers;
    expect(headers).toMatchObject(signedHeaders(secret, String(id), Number(timestamp) * 1000, body));
    const { data } = JSON.parse(body) as { data: object };
    expect(data).toMatchObject({ teamId: founding.hash, model: 'churn', version: 1, by: { name: 'Ana' } });
    expect(body).not.toContain('secret');
  }
  const stored = ana.store.db.prepare('SELECT * FROM webhook').all();
  const shown = JSON.stringify([ana.service.list(), ana.service.deliveries(webhook.webhookId, 100), stored]);
  expect(shown).not.toContain(secret.slice(6, 30));
});

test('W2 the cause is kept until its event is in the outbox, the event until it was delivered', async () => {
  await ana.add(receiver);
  await ana.service.close(); // from here on nobody looks
  await ana.state(version('a'));
  await ana.state(promoted('a'));
  ana.store.close();
  receiver.answers.push(() => {}); // the engine is killed while the receiver has it and did not answer
  await ana.open();
  await receiver.got(1);
  await ana.close();
  await ana.open();
  const [first, second] = await receiver.got(2);
  expect(typesOf(receiver)).toEqual(['alias.set', 'alias.set']);
  expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
  expect(second!.body).toBe(first!.body);
  await ana.state(promoted('a', 'next'));
  await receiver.got(3);
  expect(new Set(idsOf(receiver)).size).toBe(2);
  expect(ana.store.db.prepare('SELECT count(*) FROM event_cause').pluck().get()).toBe(0);
});

test('W3 nothing that was signed before the webhook was added', async () => {
  await ana.state(version('old'));
  await ana.state(promoted('old'));
  clock.turn(hour);
  const late = writeEntry({
    keys: founder,
    team: founding.hash,
    head: ana.replica.feeds.head(founder.device)!,
    seen: {},
    fact: promoted('old', 'late'),
    at: new Date(clock.now() - hour / 2).toISOString(),
  });
  await ana.add(receiver);
  await ana.replica.receive([late.entry]);
  await ana.state(promoted('old', 'new'));
  await receiver.got(1);
  expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({ type: 'alias.set', data: { alias: 'new' } });
});

test('W4 W5 what fails is repeated under its id after growing pauses, and holds up what is behind it alone', async () => {
  const other = await new Receiver().listen();
  const { webhook } = await ana.add(receiver);
  await ana.add(other, ['alias.set']);
  receiver.answers.push(status(500), status(503, { 'retry-after': '120' }));
  await ana.state(version('a'));
  await ana.state(promoted('a', 'one'));
  await ana.state(promoted('a', 'two'));
  await other.got(2);
  await receiver.got(1);
  const attempts = (count: number) =>
    settled(() => ana.service.deliveries(webhook.webhookId, 9).some(each => each.attempts === count && each.problem));
  await attempts(1);
  clock.turn(3_700); // five seconds less a quarter
  expect(receiver.received.length).toBe(1);
  clock.turn(2_600);
  await receiver.got(2);
  await attempts(2);
  expect(ana.service.list()[0]).toMatchObject({ waiting: 2, off: null, problem: 'The receiver answered 503.' });
  clock.turn(119_000); // longer than the pause would be: the receiver asked for it
  expect(receiver.received.length).toBe(2);
  clock.turn(2_000);
  await receiver.got(4);
  const [a, b, c, d] = idsOf(receiver);
  expect([b, c]).toEqual([a, a]);
  expect(d).not.toBe(a);
  expect(idsOf(other)).toEqual([a, d]);
  await other.close();
});

test('W6 after eleven attempts a webhook is off, and on again after a test that succeeds', async () => {
  const { webhook } = await ana.add(receiver);
  const { webhookId } = webhook;
  for (let i = 0; i < 12; i++) receiver.answers.push(status(500));
  await ana.state(version('a'));
  await ana.state(promoted('a'));
  for (let count = 1; count <= 11; count++) {
    await receiver.got(count);
    await settled(() => ana.service.deliveries(webhookId, 1)[0]?.attempts === count);
    turnToNext(webhookId);
  }
  const { off, waiting } = ana.service.list()[0]!;
  expect([off, waiting]).toEqual(['11 attempts failed. The receiver answered 500.', 1]);
  expect(receiver.received.length).toBe(11);
  await ana.state(promoted('a', 'unheard'));
  expect(await ana.service.test(webhookId)).toMatchObject({ state: 'failed', status: 500 });
  expect(ana.service.list()[0]!.off).not.toBeNull();
  expect(await ana.service.test(webhookId)).toMatchObject({ state: 'delivered', status: 204, type: 'webhook.test' });
  await receiver.got(14);
  expect(idsOf(receiver)[13]).toBe(idsOf(receiver)[0]);
  await settled(() => ana.service.list()[0]!.waiting === 0);
  await ana.state(promoted('a', 'heard'));
  await receiver.got(15);
  expect(JSON.parse(receiver.received[14]!.body)).toMatchObject({ data: { alias: 'heard' } });
  receiver.answers.push(status(410));
  await ana.state(promoted('a', 'gone'));
  await settled(() => ana.service.list()[0]!.off !== null);
  expect(ana.service.list()[0]!.off).toContain('410');
});

test('W6 a week offline costs no attempt', async () => {
  let online = false;
  const offline = Object.assign(new Error('no network'), { code: 'EAI_AGAIN' });
  let asked = 0;
  const resolve = async () => {
    asked++;
    if (!online) throw offline;
    return ['127.0.0.1'];
  };
  await ana.close();
  devices.splice(0);
  ana = await device('ana', founder, { resolve });
  await ana.service.add({ url: `http://name.example:${receiver.port}/`, events: [], allowPrivate: true });
  await ana.state(version('a'));
  await ana.state(promoted('a'));
  const { webhookId } = ana.service.list()[0]!;
  const next = () => ana.service.deliveries(webhookId, 1)[0];
  for (let times = 1; times <= 20; times++) {
    await settled(() => asked === times && (next()?.nextAt ?? 0) > clock.now());
    if (times < 20) turnToNext(webhookId);
  }
  expect(next()).toMatchObject({ state: 'waiting', attempts: 0, problem: expect.stringContaining('offline') });
  online = true;
  turnToNext(webhookId);
  await receiver.got(1);
});

test('W6 a receiver that never comes back costs ten thousand events and no more', async () => {
  const { webhook } = await ana.add(receiver);
  await ana.state(version('a'));
  await ana.service.close();
  ana.store.db
    .prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
       INSERT INTO webhook_delivery (webhook_id, message_id, type, body, state, created_at, next_at)
       SELECT ?, 'evt_' || i, 'alias.set', '{}', 'waiting', 0, ? FROM n`,
    )
    .run(webhook.webhookId, clock.now() + hour);
  ana.store.close();
  await ana.open();
  await ana.state(promoted('a'));
  await settled(() => ana.service.list()[0]!.off !== null);
  expect(ana.service.list()[0]).toMatchObject({ waiting: 10_000, off: expect.stringContaining('10000 events wait') });
  expect(ana.store.db.prepare('SELECT count(*) FROM event_wanted').pluck().get()).toBe(0);
});

test('W5 a clock that was set back puts nothing off', async () => {
  await ana.add(receiver);
  receiver.answers.push(status(500));
  await ana.state(version('a'));
  await ana.state(promoted('a'));
  await receiver.got(1);
  await settled(() => ana.service.list()[0]!.problem !== null);
  await ana.close();
  clock.jump(-30 * 24 * hour);
  await ana.open();
  await receiver.got(2);
  expect(idsOf(receiver)[1]).toBe(idsOf(receiver)[0]);
  clock.jump(30 * 24 * hour);
});

test('W7 a database under another key sends nothing', async () => {
  const { webhook } = await ana.add(receiver);
  await ana.close();
  await ana.open(deviceKeys(randomBytes(32)));
  expect(ana.service.list()[0]!.off).toContain('another device');
  await expect(ana.service.test(webhook.webhookId)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(receiver.received).toEqual([]);
});

test('W1 W3 promotions apart are one contested event, the same from every device; who joins tells no past', async () => {
  const invite = deviceKeys(randomBytes(32));
  const ben = await device('ben', deviceKeys(randomBytes(32)));
  const other = await new Receiver().listen();
  const exchange = async () => {
    await ben.replica.receive([...ana.replica.feeds.entries()].map(({ entry }) => entry));
    await ana.replica.receive([...ben.replica.feeds.entries()].map(({ entry }) => entry));
  };
  await ben.add(other);
  await ana.state(version('a'));
  await ana.state(version('b'));
  await ana.state(promoted('a', 'past'));
  const expiresAt = new Date(clock.now() + 100 * hour).toISOString();
  await ana.state({ kind: 'invite.created', inviteId: 'i', key: invite.device, role: 'maintainer', expiresAt });
  clock.turn(hour);
  await ben.replica.receive([...ana.replica.feeds.entries()].map(({ entry }) => entry));
  const proof = joinProof(invite, founding.hash, ben.keys.device);
  await ben.state({ kind: 'member.added', inviteId: 'i', proof, member: { name: 'Ben', deviceName: 'd' } });
  await ben.state({
    kind: 'approval.given',
    model: 'churn',
    versionId: 'a',
    verdict: 'request-changes',
    comment: 'secret',
  });
  await exchange();
  await ana.add(receiver, ['alias.contested', 'alias.resolved']);
  await ana.state(promoted('a'));
  await ben.state(promoted('b'));
  await exchange();
  const contested = (await receiver.got(1))[0]!;
  expect(JSON.parse(contested.body)).toMatchObject({
    type: 'alias.contested',
    data: { model: 'churn', alias: 'champion', serving: null },
  });
  const { claims } = (JSON.parse(contested.body) as { data: { claims: { version: number; by: { name: string } }[] } })
    .data;
  expect(claims.map(({ version: number, by }) => `v${number} ${by.name}`).toSorted()).toEqual(['v1 Ana', 'v2 Ben']);
  await ben.state({ kind: 'contested.resolved', model: 'churn', alias: 'champion', versionId: 'b', reason: 'secret' });
  await exchange();
  await receiver.got(2);
  // What Ben's device told: its own promotion before it knew of the other one, then the same as Ana's.
  await other.got(4);
  expect(typesOf(other)).toEqual(['review.verdict', 'alias.set', 'alias.contested', 'alias.resolved']);
  expect(JSON.parse(other.received[0]!.body)).toMatchObject({
    data: { by: { name: 'Ben' }, registeredBy: { name: 'Ana' }, version: 1, verdict: 'request-changes' },
  });
  expect(idsOf(other).slice(-2)).toEqual(idsOf(receiver));
  expect([...receiver.received, ...other.received].map(({ body }) => body).join()).not.toContain('secret');
  await other.close();
});

/** To the moment of the next attempt and no further: the clock also says when an attempt has taken too long. */
function turnToNext(webhookId: string): void {
  clock.turn((ana.service.deliveries(webhookId, 1)[0]?.nextAt ?? 0) - clock.now());
}

/** Work that no clock and no request announces: commits. */
async function settled(isDone: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!isDone()) {
    if (Date.now() > deadline) throw new Error('It did not happen within 15 seconds.');
    await new Promise(resolve => setImmediate(resolve));
  }
}
