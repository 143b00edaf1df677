import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Fact } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { Feeds } from '@benchmate/shared/facts/feeds';
import { deviceKeys, joinProof, type DeviceKeys } from '@benchmate/shared/facts/keys';
import { registryOf } from '@benchmate/shared/facts/registry';
import { writeEntry } from '@benchmate/shared/facts/write-entry';
import { forkItems, inviteItems, nextInviteChange, refusedFactItems } from './fact-items.ts';

const hour = 3_600_000;
const start = Date.parse('2026-03-01T08:00:00Z');
const [ana, ben, invite] = [1, 2, 3].map(() => deviceKeys(randomBytes(32))) as [DeviceKeys, DeviceKeys, DeviceKeys];
const member = (name: string) => ({ name, deviceName: `${name}s-laptop` });

/** A team of two, signed for real. */
class Team {
  #now = start;
  readonly founding = this.#write(
    ana,
    '',
    null,
    {},
    {
      kind: 'team.founded',
      team: 'T',
      member: member('Ana'),
      nonce: 'n',
    },
  );
  readonly feeds = new Feeds(this.founding.hash);

  constructor() {
    this.feeds.add(this.founding.entry);
    this.state(ana, this.invite('i1', invite, 720));
    const proof = joinProof(invite, this.feeds.teamId, ben.device);
    this.state(ben, { kind: 'member.added', inviteId: 'i1', proof, member: member('Ben') });
  }

  get registry() {
    return registryOf(this.feeds.entries());
  }

  get viewers() {
    const { policies, membership } = this.registry;
    const of = ({ device }: DeviceKeys) => membership.members.find(known => known.device === device)!;
    return [ana, ben].map(keys => ({ me: of(keys), members: membership.members, policies }));
  }

  own = ({ device }: DeviceKeys): HeldEntry[] => this.feeds.entries().filter(({ entry }) => entry.author === device);

  invite(inviteId: string, { device: key }: DeviceKeys, hours: number): Fact {
    const expiresAt = new Date(start + hours * hour).toISOString();
    return { kind: 'invite.created', inviteId, key, role: 'reviewer', expiresAt };
  }

  /** `seen` makes what its author knew something else than everything. */
  state(keys: DeviceKeys, fact: Fact, seen = this.registry.membership.seen): HeldEntry {
    const item = this.#write(keys, this.feeds.teamId, this.feeds.head(keys.device), seen, fact);
    this.feeds.add(item.entry);
    return item;
  }

  /** Another entry in the place of the last one. */
  fork(keys: DeviceKeys, fact: Fact): void {
    const before = this.own(keys).at(-2)!;
    const head = { seq: before.entry.seq, hash: before.hash };
    this.feeds.add(this.#write(keys, this.feeds.teamId, head, {}, fact).entry);
  }

  #write(
    keys: DeviceKeys,
    team: string,
    head: { seq: number; hash: string } | null,
    seen: Record<string, number>,
    fact: Fact,
  ): HeldEntry {
    this.#now += 60_000;
    return writeEntry({ keys, team, head, seen, fact, at: new Date(this.#now).toISOString() });
  }
}

test('I2: a second history is shown to everybody with what counts and what does not', () => {
  const team = new Team();
  team.state(ben, { kind: 'model.created', model: 'churn', description: '' });
  team.fork(ben, { kind: 'model.created', model: 'fraud', description: '' });
  const [anas, bens] = team.viewers.map((viewer, index) =>
    forkItems(team.feeds.forks(), team.registry, viewer, [ana, ben][index]!.device),
  );
  expect(anas).toHaveLength(1);
  expect(anas![0]).toMatchObject({
    kind: 'fork',
    who: 'Ben',
    dismissible: true,
    sentence: 'Ben’s device Bens-laptop wrote two histories: there is a second entry 2, signed with its key, too.',
  });
  expect(anas![0]!.evidence.map(line => line.replace(/ [\w-]{43}$/, ''))).toEqual([
    'Entry 2 that counts: Ben created the model churn.',
    'Entry 2 that does not: Ben created the model fraud.',
  ]);
  expect(bens![0]!.sentence).toMatch(/^This device wrote two histories/);
});

test('I2: a fact that counts nowhere is shown to who signed it, with the rule it met', () => {
  const team = new Team();
  team.state(ana, {
    kind: 'model.version-registered',
    model: 'churn',
    versionId: 'v',
    source: 's',
    runId: null,
    description: '',
  });
  const before = team.registry.membership.seen;
  team.state(ana, { kind: 'role.set', person: ben.device, role: 'viewer', project: null });
  team.state(ben, { kind: 'approval.given', model: 'churn', versionId: 'v', verdict: 'approve', comment: '' }, before);
  expect(refusedFactItems(team.own(ana), team.registry)).toEqual([]);
  expect(refusedFactItems(team.own(ben), team.registry)).toMatchObject([
    {
      kind: 'refused-fact',
      sentence: 'What you signed does not count: Ben approved churn v1.',
      next: expect.stringContaining('As viewer you may not give a verdict'),
      project: 'churn',
      place: { kind: 'model', model: 'churn', version: null },
    },
  ]);
});

test('I2 I3: an invite is shown to who made it, in the last quarter of its time', () => {
  const team = new Team();
  team.state(ana, team.invite('i2', deviceKeys(randomBytes(32)), 72));
  const at = (hours: number) => {
    const now = start + hours * hour;
    return [ana, ben].map(keys => inviteItems(team.registry, team.own(keys), now).map(({ itemId }) => itemId));
  };
  expect([at(49), at(55), at(73)]).toEqual([
    [[], []],
    [['invite:i2'], []],
    [[], []],
  ]);
  const next = (hours: number) => nextInviteChange(team.registry, team.own(ana), start + hours * hour);
  expect(Math.round((next(1)! - start) / hour)).toBe(54);
  expect([next(60), next(80)]).toEqual([start + 72 * hour, null]);
  team.state(ana, { kind: 'invite.withdrawn', inviteId: 'i2' });
  expect(at(55)).toEqual([[], []]);
});
