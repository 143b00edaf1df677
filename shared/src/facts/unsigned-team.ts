import { grantableRole, type Role } from '../domain/team.ts';
import type { Fact, FeedVector } from './entry.ts';
import { held, type HeldEntry } from './entry-hash.ts';
import { deviceKeys, joinProof, recoveryProof, type DeviceKeys } from './keys.ts';
import { membershipOf } from './membership.ts';
import { seedOf } from './simulated-device.ts';

/** In the list of `fact`. */
const [firstMembershipFact, membershipFacts, withPeople] = [24, 6, 16];
const roles: Role[] = ['owner', 'owner', 'maintainer', 'reviewer', 'contributor'];
const invites = Array.from({ length: 40 }, (_, index) => deviceKeys(seedOf(500 + index)));
const devices = Array.from({ length: 6 }, (_, index) => deviceKeys(seedOf(700 + index)));
const recoveryKey = deviceKeys(seedOf(900));
const proofs = new Map<string, string>();

/**
 * Six devices that state anything, rightly or not, seeing of each other what chance lets them see; the last one never
 * joined. Entries are not signed: reducers do not look at signatures, and many more histories fit into a test.
 */
export class UnsignedTeam {
  readonly entries: HeldEntry[] = [];
  readonly teamId: string;
  readonly #knows: FeedVector[] = devices.map(() => ({}));
  readonly #heads = new Map<string, HeldEntry>();
  #invited = 16;
  #now = Date.parse('2026-01-05T09:00:00Z');

  readonly #kinds: number;

  /**
   * A founder and four members who know of each other. `people`: they also change roles, add devices and agents, and
   * recover; deciding that many takes a while.
   */
  constructor({ people }: { people: boolean } = { people: false }) {
    this.#kinds = people ? withPeople : membershipFacts;
    const member = { name: 'A', deviceName: 'd' };
    this.teamId = '';
    this.teamId = this.state(0, { kind: 'team.founded', team: 't', member, nonce: 'n' }).hash;
    for (const who of [1, 2, 3, 4]) {
      this.state(0, this.#invite(who, roles[who]!));
      this.#learn(who, 0);
      this.state(who, this.#join(who, who));
      this.#learn(0, who);
    }
    for (const who of [1, 2, 3, 4]) this.#learn(who, 0);
  }

  deviceOf(who: number): string {
    return devices[who]!.device;
  }

  /** One step of chance: somebody hears of what another knows, comes back or states something. */
  do([who, what, detail, how]: readonly [who: number, what: number, detail: number, how: number]): void {
    const kind = what % 10;
    if (kind < 2) return this.#learn(who, detail % devices.length);
    if (kind === 2) return void this.state(who % 2, this.#removal(detail), how);
    if (kind === 3 && this.#invited < invites.length) return this.#comeBack(who % 2, detail % 6, how);
    const [first, kinds, by] = kind < 6 ? [firstMembershipFact, this.#kinds, who % 2] : [0, firstMembershipFact, who];
    const item = this.state(by, this.fact(by, first + ((what + detail) % kinds), detail), how);
    // What is rarely written: a reference to something that nobody has written yet.
    if (how === 5 && detail % 7 === 0) item.entry.after[this.deviceOf((by + 1) % 6)] = 3 + (detail % 9);
  }

  #comeBack(owner: number, who: number, how: number): void {
    const number = this.#invited++;
    this.state(owner, this.#invite(number, roles[(who + how) % roles.length]!));
    this.#learn(who, owner);
    this.state(who, this.#join(who, number));
    if (how % 2 === 0) this.#learn(owner, who);
  }

  state(who: number, fact: Fact, how = 0): HeldEntry {
    const author = this.deviceOf(who);
    const head = this.#heads.get(author);
    const { [author]: _own, ...known } = how === 1 ? this.#counted(who) : this.#knows[who]!;
    const after = how === 2 ? Object.fromEntries(Object.entries(known).slice(0, 1)) : known;
    this.#now += 60_000;
    const at = new Date(this.#now).toISOString();
    const seq = (head?.entry.seq ?? 0) + 1;
    const item = held({ v: 1, team: this.teamId, author, seq, prev: head?.hash ?? '', after, at, fact, sig: '' });
    this.#heads.set(author, item);
    this.#knows[who]![author] = seq;
    this.entries.push(item);
    return item;
  }

  fact(who: number, what: number, detail: number): Fact {
    const model = detail % 5 === 0 ? 'b' : 'a';
    const versionId = `v${detail % 4}`;
    const ofCard = { project: model, path: 'MODEL_CARD.md' };
    const file = String(detail % 2).repeat(64);
    const alias = detail % 3 === 0 ? 'production' : 'champion';
    const facts: Fact[] = [
      { kind: 'model.created', model, description: String(detail) },
      { kind: 'model.version-registered', model, versionId, source: '', runId: null, description: '' },
      { kind: 'model.version-registered', model, versionId: `w${detail}`, source: '', runId: null, description: '' },
      {
        kind: 'model.tagged',
        model,
        versionId: null,
        key: `k${detail % 3}`,
        value: detail % 2 ? String(detail) : null,
      },
      { kind: 'model.tagged', model, versionId, key: `k${detail % 3}`, value: detail % 2 ? String(detail) : null },
      { kind: 'model.described', model, versionId: detail % 2 ? versionId : null, description: String(detail) },
      { kind: 'approval.given', model, versionId, verdict: detail % 5 ? 'approve' : 'request-changes', comment: '' },
      { kind: 'alias.promoted', model, alias, versionId },
      { kind: 'alias.promoted', model, alias, versionId },
      { kind: 'contested.resolved', model, alias, versionId, reason: '' },
      { kind: 'alias.removed', model, alias },
      { kind: 'policy.set', alias, approvals: detail % 2 },
      { kind: 'model.version-deleted', model, versionId },
      { kind: 'model.renamed', model, to: detail % 2 ? 'a' : 'c' },
      { kind: 'model.deleted', model },
      {
        kind: 'model.version-staged',
        model,
        versionId,
        stage: detail % 2 ? 'Production' : 'Staging',
        archived: ['v0', 'v1', 'v2', 'v3'],
      },
      { kind: 'model.version-shared', model, versionId, files: { manifest: '0'.repeat(64), count: 1, sizeBytes: 1 } },
      { kind: 'review.requested', model, versionId, people: [this.deviceOf(detail % 5)], comment: '' },
      { kind: 'review.withdrawn', model, versionId, people: [this.deviceOf(detail % 5)], comment: '' },
      { kind: 'review.commented', model, versionId, comment: String(detail) },
      { kind: 'file-review.requested', ...ofCard, content: file, people: [this.deviceOf(detail % 5)], comment: '' },
      { kind: 'file-review.withdrawn', ...ofCard, people: [this.deviceOf(detail % 5)], comment: '' },
      {
        kind: 'file-review.given',
        ...ofCard,
        content: file,
        verdict: (['approve', 'request-changes', 'comment'] as const)[detail % 3]!,
        comment: '',
      },
      { kind: 'reviewers.set', rules: [{ pattern: `${model}@ch*`, people: [[this.deviceOf(detail % 5)]] }] },
      detail % 5 === 0 ? { kind: 'member.removed', device: this.deviceOf(who) } : this.#removal(detail),
      { kind: 'team.renamed', team: `n${detail % 5}` },
      this.#invite(detail % 8, roles[detail % 5]!),
      this.#join(who, detail % 8),
      { kind: 'member.renamed', member: { name: `N${detail % 3}`, deviceName: 'd' } },
      { kind: 'team.renamed', team: `t${detail}` },
      this.#role(detail, null),
      this.#role(detail, null),
      this.#role(detail, detail % 2 ? 'a' : 'b'),
      this.#ownInvite(8 + (detail % 8), detail % 3 ? 'device' : 'agent'),
      this.#join(who, 8 + (detail % 8)),
      { kind: 'person.removed', person: this.deviceOf(detail % 4 === 0 ? who : detail % 6) },
      { kind: 'recovery.set', key: recoveryKey.device },
      {
        kind: 'person.recovered',
        person: this.deviceOf(detail % 3),
        proof: recoveryFor(this.teamId, devices[who]!),
        member: { name: `R${who}`, deviceName: 'd' },
      },
      { kind: 'invite.withdrawn', inviteId: `invite ${detail % 16}` },
      { kind: 'invite.withdrawn', inviteId: `invite ${16 + (detail % 24)}` },
    ];
    return facts[what % (firstMembershipFact + this.#kinds)]!;
  }

  /** Of an owner at times; without owners nothing more would happen. */
  #removal(detail: number): Fact {
    return { kind: 'member.removed', device: this.deviceOf(detail % 9 === 0 ? detail % 2 : 2 + (detail % 4)) };
  }

  #role(detail: number, project: string | null): Fact {
    const role = grantableRole.options[(detail >> 2) % 5]!;
    return {
      kind: 'role.set',
      person: this.deviceOf(detail % 6),
      role: project && detail % 7 === 0 ? null : role,
      project,
    };
  }

  #ownInvite(number: number, as: 'device' | 'agent'): Fact {
    const { device } = invites[number]!;
    const inviteId = `invite ${number}`;
    return { kind: 'device.invited', as, inviteId, key: device, expiresAt: '2027-01-01T00:00:00Z' };
  }

  #counted(who: number): FeedVector {
    const known = this.#knows[who]!;
    return membershipOf(this.entries.filter(({ entry }) => entry.seq <= (known[entry.author] ?? 0))).seen;
  }

  #learn(who: number, from: number): void {
    const knows = this.#knows[who]!;
    for (const [device, seq] of Object.entries(this.#knows[from]!)) if ((knows[device] ?? 0) < seq) knows[device] = seq;
  }

  #invite(number: number, role: Role): Fact {
    const { device } = invites[number]!;
    const inviteId = `invite ${number}`;
    return { kind: 'invite.created', inviteId, key: device, role, expiresAt: '2027-01-01T00:00:00Z' };
  }

  #join(who: number, number: number): Fact {
    const proof = proofFor(invites[number]!, this.teamId, devices[who]!);
    return { kind: 'member.added', inviteId: `invite ${number}`, proof, member: { name: `N${who}`, deviceName: 'd' } };
  }
}

function recoveryFor(team: string, { device }: DeviceKeys): string {
  const key = `recover ${team} ${device}`;
  const proof = proofs.get(key) ?? recoveryProof(recoveryKey, team, device);
  proofs.set(key, proof);
  return proof;
}

/** Signing takes most of the time of such a test, and the founding is always the same. */
function proofFor(invite: DeviceKeys, team: string, { device }: DeviceKeys): string {
  const key = `${invite.device} ${team} ${device}`;
  const proof = proofs.get(key) ?? joinProof(invite, team, device);
  proofs.set(key, proof);
  return proof;
}
