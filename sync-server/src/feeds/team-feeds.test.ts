import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Entry, Fact } from '@benchmate/shared/facts/entry';
import { held, type HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { membershipOf, type Membership } from '@benchmate/shared/facts/membership';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { promote, register } from '@benchmate/shared/facts/simulated-registry';
import { forked } from '../storage/entries.ts';
import type { EntryStore } from '../storage/ports.ts';
import { TeamFeeds } from './team-feeds.ts';

/** What several servers have in common, and what may fail. */
class SharedLog implements EntryStore {
  #entries: HeldEntry[];
  isFull = false;

  constructor(entries: readonly HeldEntry[]) {
    this.#entries = [...entries];
  }

  append(_team: string, entries: readonly HeldEntry[]): Promise<void> {
    if (this.isFull) return Promise.reject(new Error('full'));
    const nameOf = ({ entry: { author, seq } }: HeldEntry) => `${author}.${seq}`;
    const known = new Map(this.#entries.map(item => [nameOf(item), item.hash]));
    if (entries.some(item => (known.get(nameOf(item)) ?? item.hash) !== item.hash)) return Promise.reject(forked());
    this.#entries.push(...entries.filter(item => !known.has(nameOf(item))));
    return Promise.resolve();
  }

  ofTeam(): Promise<Entry[]> {
    const authors = Map.groupBy(this.#entries, ({ entry }) => entry.author);
    return Promise.resolve([...authors.values()].flat().map(({ entry }) => entry));
  }

  teams = () => Promise.resolve([]);
  counts = () => Promise.resolve({ teams: 1, entries: this.#entries.length });
  copy = () => new SharedLog(this.#entries);
}

const shown = ({
  teamId,
  name,
  members,
  invites,
  recoveryKeys,
}: Omit<Membership, 'seen' | 'ignored' | 'standing' | 'history'>) => ({
  teamId,
  name,
  members,
  invites,
  recoveryKeys,
});

/** Rightly or not. */
function anyFact(devices: readonly SimulatedDevice[], what: number): Fact {
  const { device } = devices[what % devices.length]!;
  const inviteId = devices[0]!.feeds.entries().find(({ entry }) => entry.fact.kind === 'invite.created')!.hash;
  const facts: Fact[] = [
    register(`v${what}`),
    promote('v1'),
    { kind: 'role.set', person: device, role: what % 2 ? 'viewer' : 'maintainer', project: null },
    { kind: 'member.removed', device },
    { kind: 'person.removed', person: device },
    { kind: 'recovery.set', key: device },
    { kind: 'invite.withdrawn', inviteId },
    { kind: 'invite.created', inviteId: `i${what}`, key: device, role: 'reviewer', expiresAt: '2030-01-01T00:00:00Z' },
  ];
  return facts[what % facts.length]!;
}

it(
  'SY13 M1-M17 judges each offer as who reads all entries anew, whatever was refused, lost or came by another server before',
  { timeout: 60_000 },
  async () => {
    const deeds = fc.array(fc.tuple(fc.nat(4), fc.nat(999), fc.nat(99)), { minLength: 25, maxLength: 25 });
    const seen = { stored: 0, refused: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(deeds, async list => {
        const ana = SimulatedDevice.founder('Ana', 1);
        const devices = [
          ana,
          ...['owner', 'maintainer', 'viewer'].map((role, at) => ana.welcome(`D${at}`, at + 2, role as 'owner')),
        ];
        for (const device of devices) device.syncWith(ana);
        devices.push(new SimulatedDevice('Eve', 9, ana.feeds.teamId));
        devices[4]!.syncWith(ana);
        const log = new SharedLog(ana.feeds.entries());
        const parts = { now: () => ana.now, maxMembers: 10 };
        const open = (from: EntryStore) => TeamFeeds.open(ana.feeds.teamId, { ...parts, log: from });
        const servers = [await open(log), await open(log)];
        for (const [who, what, chance] of list) {
          const device = devices[who]!;
          const server = servers[chance % 2]!;
          if (chance % 3 === 0) device.receive((await server.lacking(device.feeds.vector())).entries);
          if (chance % 5 === 0) server.rest();
          if (chance % 4 > 0) await server.refresh();
          const own = device.feeds.head(device.device)?.seq ?? 0;
          for (let count = 0; count <= chance % 2; count++) device.state(anyFact(devices, what + count));
          const offer = device.feeds.entriesAfter((await server.lacking({})).have);
          const anew = await open(log.copy());
          log.isFull = chance % 5 === 1;
          const taken = await server.take(offer, device.device).catch(() => null);
          log.isFull = false;
          if (taken && chance % 4 > 0) expect(taken).toEqual(await anew.take(offer, device.device));
          seen[taken ? (taken.refused.length > 0 ? 'refused' : 'stored') : 'failed']++;
          if (!taken || taken.refused.length > 0) device.feeds.retract(device.device, own + 1);
          const { entries } = await server.lacking({});
          expect(shown(server.membership)).toEqual(shown(membershipOf(entries.map(held))));
        }
        for (const server of servers) await server.refresh();
        expect(shown(servers[0]!.membership)).toEqual(shown(servers[1]!.membership));
      }),
      { numRuns: 3, endOnFailure: true },
    );
    expect(Math.min(seen.stored, seen.refused, seen.failed)).toBeGreaterThan(0);
  },
);
