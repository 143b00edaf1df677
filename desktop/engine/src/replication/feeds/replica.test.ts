import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Entry, Fact } from '@benchmate/shared/facts/entry';
import { held, verifyEntry, type HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { deviceKeys, joinProof } from '@benchmate/shared/facts/keys';
import { registryOf } from '@benchmate/shared/facts/registry';
import { writeEntry } from '@benchmate/shared/facts/write-entry';
import { systemClock } from '../../host/clock.ts';
import { openStore, type Store } from '../../storage/database.ts';
import { FeedReplica } from './replica.ts';
import { Slices } from './slices.ts';
import { stateFact, stateFacts } from './state-fact.ts';
import { FeedStore } from './store.ts';

const keys = deviceKeys(randomBytes(32));
const founding = writeEntry({
  keys,
  team: '',
  head: null,
  seen: {},
  fact: { kind: 'team.founded', team: 'T', member: { name: 'Ana', deviceName: 'd' }, nonce: 'n' },
  at: new Date().toISOString(),
});
const created = (model: string): Fact => ({ kind: 'model.created', model, description: '' });
let dir: string;
let store: Store;
let replica: FeedReplica;

const open = async () => {
  store = openStore(join(dir, 'benchmate.db'));
  replica = await FeedReplica.open(founding.hash, { store, feeds: new FeedStore(store), keys, clock: systemClock });
};
const models = () => replica.registry.models.map(({ name }) => name);
const state = (model: string) => stateFact(replica, systemClock, () => created(model));

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-feeds-'));
  await open();
  await replica.receive([founding.entry]);
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

test('F1: facts stated at once follow each other, and are there after a restart', async () => {
  await Promise.all(['a', 'b', 'c'].map(state));
  expect(replica.feeds.vector()).toEqual({ [keys.device]: 4 });
  expect(models()).toEqual(['a', 'b', 'c']);
  store.close();
  await open();
  expect(models()).toEqual(['a', 'b', 'c']);
  expect(replica.unshared).toBe(4);
});

test('F1: several facts are judged one after the other, also where a busy machine takes its time over each', async () => {
  let isOver = false;
  const slow = vi.spyOn(Slices.prototype, 'isOver', 'get').mockImplementation(() => (isOver = !isOver));
  try {
    const together = ['a', 'b', 'c'].map(model => () => created(model));
    expect(await stateFacts(replica, systemClock, together)).toHaveLength(3);
  } finally {
    slow.mockRestore();
  }
  expect(models()).toEqual(['a', 'b', 'c']);
});

test('F1: keys that sign beside the event loop write one history too, whatever is stated or arrives meanwhile', async () => {
  const late = deviceKeys(randomBytes(32));
  const signLater = async (bytes: Uint8Array) => {
    await new Promise(resolve => setImmediate(resolve));
    return ed25519.sign(bytes, late.seed);
  };
  const parts = { store, feeds: new FeedStore(store), clock: systemClock };
  const elsewhere = await FeedReplica.open(founding.hash, {
    ...parts,
    keys: { device: late.device, seed: new Uint8Array(), signLater },
  });
  const stated = ['a', 'b', 'c'].map(model => elsewhere.append(() => created(model)));
  const refused = elsewhere.append(() => {
    throw new Error('refused');
  });
  await expect(refused).rejects.toThrow('refused');
  const written = await Promise.all(stated);
  expect(written.map(({ entry }) => entry.seq)).toEqual([1, 2, 3]);
  expect(written.map(({ entry }) => verifyEntry(entry))).toEqual([true, true, true]);
  expect(written[2]!.entry.prev).toBe(written[1]!.hash);
});

test('F1: a fact that would not count is refused and leaves no entry', async () => {
  await state('a');
  await expect(state('a')).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  expect(replica.feeds.vector()).toEqual({ [keys.device]: 2 });
});

test('F1: when the disk fails, memory is as the disk is, and the next fact follows what is there', async () => {
  await state('a');
  store.db.exec('CREATE TRIGGER full AFTER INSERT ON feed_entry BEGIN SELECT RAISE(FAIL, "full"); END');
  await expect(state('b')).rejects.toThrow('full');
  expect(models()).toEqual(['a']);
  store.db.exec('DROP TRIGGER full');
  await state('c');
  store.close();
  await open();
  expect(models()).toEqual(['a', 'c']);
});

test('F1: what shares a commit with facts that were refused half-way follows what is there, not what they left behind', async () => {
  const twice = [() => created('a'), () => created('a')];
  const [refused, stated] = await Promise.allSettled([stateFacts(replica, systemClock, twice), state('b')]);
  expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'ALREADY_EXISTS' } });
  expect(stated.status).toBe('fulfilled');
  expect(replica.feeds.vector()).toEqual({ [keys.device]: 2 });
  store.close();
  await open();
  expect(models()).toEqual(['b']);
});

test('F2: forged, foreign and second entries are not stored, and each is told', async () => {
  await state('a');
  const [, own] = replica.feeds.entries();
  const next = (fact: Fact, team = replica.teamId): Entry =>
    writeEntry({ keys, team, head: replica.feeds.head(keys.device), seen: {}, fact, at: own!.entry.at }).entry;
  const forged = { ...next(created('b')), at: '2020-01-01T00:00:00.000Z' };
  const foreign = next(created('b'), 'x'.repeat(43));
  const rival = writeEntry({
    keys,
    team: replica.teamId,
    head: { seq: 1, hash: founding.hash },
    seen: {},
    fact: created('rival'),
    at: own!.entry.at,
  }).entry;
  const { added, rejected } = await replica.receive([forged, foreign, rival, own!.entry]);
  expect(added).toEqual([]);
  expect(rejected).toHaveLength(3);
  expect(rejected[2]).toContain('two histories');
  expect(models()).toEqual(['a']);
  const evidence = () => replica.feeds.forks().map(fork => [fork.seq, fork.held?.hash, fork.rival.entry.sig]);
  expect(evidence()).toEqual([[2, own!.hash, rival.sig]]);
  store.close();
  await open();
  expect(evidence()).toEqual([[2, own!.hash, rival.sig]]);
});

test('F2: an entry whose past is missing asks for it', async () => {
  const stranger = deviceKeys(randomBytes(32));
  const third = writeEntry({
    keys: stranger,
    team: replica.teamId,
    head: { seq: 2, hash: 'h'.repeat(43) },
    seen: {},
    fact: created('x'),
    at: new Date().toISOString(),
  });
  expect(await replica.receive([third.entry])).toEqual({ added: [], rejected: [], gap: true, contradicted: {} });
});

test('F1: a fact from long ago is taken up beside everything else, and what is stated meanwhile follows it', async () => {
  const invite = deviceKeys(randomBytes(32));
  const guest = deviceKeys(randomBytes(32));
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  await stateFact(replica, systemClock, () => ({
    kind: 'invite.created',
    inviteId: 'i',
    key: invite.device,
    role: 'maintainer',
    expiresAt,
  }));
  const seen = replica.feeds.vector();
  const fromGuest = (head: HeldEntry | null, fact: Fact) =>
    writeEntry({
      keys: guest,
      team: replica.teamId,
      head: head && { seq: head.entry.seq, hash: head.hash },
      seen,
      fact,
      at: new Date().toISOString(),
    });
  const proof = joinProof(invite, replica.teamId, guest.device);
  const joined = fromGuest(null, {
    kind: 'member.added',
    inviteId: 'i',
    proof,
    member: { name: 'Bo', deviceName: 'b' },
  });
  await addUnsigned(3000);
  await reopen();
  const early = fromGuest(joined, created('from long ago'));
  const received = replica.receive([joined.entry, early.entry]);
  const stated = await Promise.all([...Array(5).keys()].map(index => state(`meanwhile ${index}`)));
  expect((await received).added).toHaveLength(2);
  expect(models()).toEqual(['from long ago', ...stated.map((_, index) => `meanwhile ${index}`), 'old']);
  expect(replica.registry.models).toEqual(registryOf(replica.feeds.entries()).models);
  await expect(state('from long ago')).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
});

/** What was stored is not verified again: a thousand signatures take a second. */
async function addUnsigned(count: number): Promise<void> {
  const feeds = new FeedStore(store);
  let last = replica.feeds.entries().at(-1)!;
  await store.write(() => {
    for (let index = 0; index < count; index++) {
      const { seq, at, team, author } = last.entry;
      const fact: Fact =
        index === 0
          ? created('old')
          : { kind: 'model.tagged', model: 'old', versionId: null, key: 'k', value: String(index) };
      last = held({ v: 1, team, author, seq: seq + 1, prev: last.hash, after: {}, at, fact, sig: '' });
      feeds.append(team, last);
    }
  });
}

async function reopen(): Promise<void> {
  store.close();
  await open();
}
