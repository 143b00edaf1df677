import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deviceKeys } from '@benchmate/shared/facts/keys';
import { TurnedClock } from '../../host/turned-clock.ts';
import { Receiver, status } from './testing.ts';
import { Bench, idsOf, promoted, settled, typesOf, version, type Device } from './testing-device.ts';

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
  await bench.close();
  bench = await new Bench(clock).open({ resolve });
  ({ ana, receiver } = bench);
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

/** To the moment of the next attempt and no further: the clock also says when an attempt has taken too long. */
function turnToNext(webhookId: string): void {
  clock.turn((ana.service.deliveries(webhookId, 1)[0]?.nextAt ?? 0) - clock.now());
}

test('W10 paused, nothing is sent and nothing new is kept; resumed, what waited goes out at once, and who watches hears of it', async () => {
  const { webhook } = await ana.add(receiver);
  const { webhookId } = webhook;
  const heard: string[] = [];
  const stop = ana.service.changes.listen(({ paused, waiting, removed }) =>
    heard.push(removed ? 'removed' : `${paused ? 'paused' : 'on'} ${waiting}`),
  );
  receiver.answers.push(status(500));
  await ana.state(version('a'));
  await ana.state(promoted('a', 'one'));
  await settled(() => ana.service.list()[0]?.problem !== null);
  expect(await ana.service.setPaused(webhookId, true)).toMatchObject({ paused: true, waiting: 1, nextAt: null });
  await ana.state(promoted('a', 'two'));
  clock.turn(hour);
  await settled(() => heard.at(-1) === 'paused 1');
  expect(receiver.received).toHaveLength(1);
  expect(await ana.service.setPaused(webhookId, false)).toMatchObject({ paused: false, off: null });
  await receiver.got(2);
  await settled(() => heard.at(-1) === 'on 0');
  const [a, b] = idsOf(receiver);
  expect(b).toBe(a);
  await ana.state(promoted('a', 'three'));
  await receiver.got(3);
  expect(typesOf(receiver)).toEqual(['alias.set', 'alias.set', 'alias.set']);
  await settled(() => ana.service.list()[0]?.waiting === 0);
  await ana.service.remove(webhookId);
  expect(heard.at(-1)).toBe('removed');
  stop();
});
