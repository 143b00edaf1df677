import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { benchEvent } from '@benchmate/shared/domain/bench-event';
import { deviceKeys, joinProof } from '@benchmate/shared/facts/keys';
import { writeEntry } from '@benchmate/shared/facts/write-entry';
import { TurnedClock } from '../../host/turned-clock.ts';
import { signedHeaders } from './sign.ts';
import { Receiver } from './testing.ts';
import { Bench, founder, founding, idsOf, promoted, settled, typesOf, version, type Device } from './testing-device.ts';

const hour = 3_600_000;
const clock = new TurnedClock(Date.now());
let bench: Bench;
let ana: Device;
let receiver: Receiver;
beforeEach(async () => {
  bench = await new Bench(clock).open();
  ({ ana, receiver } = bench);
});
afterEach(() => bench.close());

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

test('W1 W3 promotions apart are one contested event, the same from every device; who joins tells no past', async () => {
  const invite = deviceKeys(randomBytes(32));
  const ben = await bench.device('ben', deviceKeys(randomBytes(32)));
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

test('W1 W7 W9 who is asked, who declines and what is said without a vote are sent, signed, without a word of text', async () => {
  const invite = deviceKeys(randomBytes(32));
  const ben = await bench.device('ben', deviceKeys(randomBytes(32)));
  const expiresAt = new Date(clock.now() + 100 * hour).toISOString();
  const exchange = async () => {
    await ben.replica.receive([...ana.replica.feeds.entries()].map(({ entry }) => entry));
    await ana.replica.receive([...ben.replica.feeds.entries()].map(({ entry }) => entry));
  };
  await ana.state({ kind: 'invite.created', inviteId: 'i', key: invite.device, role: 'reviewer', expiresAt });
  await exchange();
  const proof = joinProof(invite, founding.hash, ben.keys.device);
  await ben.state({ kind: 'member.added', inviteId: 'i', proof, member: { name: 'Ben', deviceName: 'd' } });
  await exchange();
  const { secret } = await ana.add(receiver);
  const people = [ben.keys.device];
  const about = { model: 'churn', versionId: 'a' };
  const ask = () => ana.state({ kind: 'review.requested', ...about, people, comment: 'secret' });
  await ana.state(version('a'));
  await ask();
  await ana.state({ kind: 'review.withdrawn', ...about, people, comment: 'secret' });
  await ask();
  await exchange();
  await ben.state({ kind: 'review.withdrawn', ...about, people, comment: 'secret' });
  await ben.state({ kind: 'review.commented', ...about, comment: 'secret' });
  await exchange();
  const received = await receiver.got(5);
  const told = received.map(({ body }) => JSON.parse(body) as { type: string; data: object });
  const asked = [{ person: ben.keys.device, name: 'Ben' }];
  const askedBy = { device: ana.keys.device, name: 'Ana' };
  expect(told).toMatchObject([
    { type: 'review.requested', data: { by: { name: 'Ana' }, model: 'churn', version: 1, asked } },
    { type: 'review.withdrawn', data: { by: { name: 'Ana' }, asked } },
    { type: 'review.requested', data: { asked } },
    { type: 'review.declined', data: { by: { name: 'Ben' }, askedBy } },
    { type: 'review.verdict', data: { by: { name: 'Ben' }, verdict: 'comment', registeredBy: askedBy, askedBy } },
  ]);
  for (const { headers, body } of received) {
    const { 'webhook-id': id, 'webhook-timestamp': timestamp } = headers;
    expect(headers).toMatchObject(signedHeaders(secret, String(id), Number(timestamp) * 1000, body));
    expect(benchEvent.parse({ id, at: '', ...(JSON.parse(body) as object) })).toBeTruthy();
    expect(body).not.toContain('secret');
  }
});

test('W2 what the store could not take is told once it can, without anything else happening', async () => {
  await ana.add(receiver);
  ana.store.db.exec(
    `CREATE TRIGGER broken BEFORE INSERT ON webhook_delivery BEGIN SELECT RAISE(FAIL, 'disk is full'); END`,
  );
  await ana.state(version('a'));
  await ana.state(promoted('a'));
  await settled(() => ana.errors.length > 0);
  ana.store.db.exec('DROP TRIGGER broken');
  clock.turn(61_000);
  await receiver.got(1);
  expect(typesOf(receiver)).toEqual(['alias.set']);
  expect(ana.errors.splice(0).map(String).join()).toContain('disk is full');
});
