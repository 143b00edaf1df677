import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { maxTries } from '@benchmate/shared/protocol/spoken-wire';
import type { SyncServer } from '../server.ts';
import { postJson, session, share, temporaryServer, type RawClient } from '../simulated-client.ts';

const ana = SimulatedDevice.founder('Ana', 1);
const bo = ana.welcome('Bo', 2, 'owner');
const dataDir = mkdtempSync(join(tmpdir(), 'benchmate-spoken-'));
let now = ana.now;
let server: SyncServer;
let client: RawClient;

const start = async () => {
  server = await temporaryServer({ dataDir, now: () => now });
};
const ask = (path: string, body: object) => postJson(server.url, `/~access/spoken/${path}`, body);
const ticketOf = async (device: SimulatedDevice) =>
  ((await session(server.url, device)).body as { ticket: string }).ticket;
const open = async (device: SimulatedDevice, inviteId: string) =>
  ask('open', { ticket: await ticketOf(device), team: ana.feeds.teamId, inviteId });
const say = async (state: () => unknown) => {
  const before = ana.feeds.vector();
  state();
  client.say({ type: 'entries', entries: ana.feeds.entriesAfter(before) });
  await client.message('ack');
};
const newInvite = async () => {
  let inviteId = '';
  await say(() => ({ inviteId } = ana.invite('viewer')));
  return inviteId;
};
const newBox = async () => (await open(ana, await newInvite())).body as { number: number; key: string };
const attempt = (number: number, share = 'a') => ask('try', { number, device: 'joiner', share });
const answer = { share: 'b', confirmation: 'c', sealed: 's' };

beforeAll(async () => {
  await start();
  client = await share(server.url, ana);
});
afterAll(async () => {
  client.socket.terminate();
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a box for a spoken invite', () => {
  it('brings one try and its answer from one engine to the other, also across a restart', async () => {
    const { number, key } = await newBox();
    expect(number).toBeLessThan(100);
    const { tryId } = (await attempt(number)).body as { tryId: string };
    client.socket.terminate();
    await server.close();
    await start();
    client = await share(server.url, ana);
    expect((await ask('waiting', { key })).body).toEqual({ tries: [{ tryId, device: 'joiner', share: 'a' }] });
    expect((await ask('outcome', { number, tryId })).body).toMatchObject({ answer: null });
    expect(await ask('answer', { key, tryId, answer })).toMatchObject({ status: 200 });
    expect(await ask('answer', { key, tryId, answer: { ...answer, share: 'later' } })).toMatchObject({ status: 200 });
    expect((await ask('outcome', { number, tryId })).body).toEqual({ answer, triesLeft: maxTries - 1 });
    expect((await ask('waiting', { key })).body).toEqual({ tries: [] });
    expect(await ask('outcome', { number, tryId: 'another' })).toMatchObject({ status: 404 });
  });

  it('takes five tries, also at once', async () => {
    const { number, key } = await newBox();
    const tried = await Promise.all(Array.from({ length: 12 }, (_, index) => attempt(number, String(index))));
    expect(tried.filter(({ status }) => status === 200)).toHaveLength(maxTries);
    expect(tried.find(({ status }) => status !== 200)?.body).toMatchObject({
      code: 'FORBIDDEN',
      message: 'The code was tried too often.',
    });
    expect(((await ask('waiting', { key })).body as { tries: unknown[] }).tries).toHaveLength(maxTries);
  });

  it('is opened by whoever made the invite, while that is open', async () => {
    const inviteId = await newInvite();
    expect(await open(bo, inviteId)).toMatchObject({ status: 403 });
    expect(await open(new SimulatedDevice('Eve', 9), inviteId)).toMatchObject({ status: 403 });
    expect(await ask('open', { ticket: 'none', team: ana.feeds.teamId, inviteId })).toMatchObject({ status: 401 });
    await say(() => ana.state({ kind: 'invite.withdrawn', inviteId }));
    expect(await open(ana, inviteId)).toMatchObject({ status: 403 });
  });

  it('takes no try while its maker is away, and is gone after a day, or when it is closed', async () => {
    const { number, key } = await newBox();
    now += 30_000;
    expect(await attempt(number)).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    await ask('waiting', { key });
    expect(await attempt(number)).toMatchObject({ status: 200 });
    expect(await ask('close', { key })).toMatchObject({ status: 200 });
    expect(await attempt(number)).toMatchObject({ status: 404 });
    expect(await ask('waiting', { key })).toMatchObject({ status: 404 });
    const other = await newBox();
    expect(await ask('answer', { key, tryId: 'x', answer })).toMatchObject({ status: 404 });
    now += 86_400_001;
    expect(await attempt(other.number)).toMatchObject({ status: 404 });
    expect(await ask('waiting', { key: `${other.key}x` })).toMatchObject({ status: 403 });
  });

  it('takes thirty tries a minute from one address, for all boxes together', async () => {
    now += 60_000;
    const { number } = await newBox();
    for (let index = 0; index < 30; index++) expect((await attempt(9999)).status).toBe(404);
    expect(await attempt(number)).toMatchObject({
      status: 403,
      body: { message: 'Too many codes were tried from this address.' },
    });
    now += 60_000;
    await ask('waiting', { key: (await newBox()).key });
    expect(await attempt(9999)).toMatchObject({ status: 404 });
  });
});
