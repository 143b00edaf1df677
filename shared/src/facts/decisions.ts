import type { Role } from '../domain/team.ts';
import type { CausalHistory } from './causal-order.ts';
import type { HeldEntry } from './entry-hash.ts';
import type { Invite } from './standing.ts';

/** A device's membership from one joining to what ends it. */
export interface Term {
  join: HeldEntry;
  /** As it joined; what was decided about the person changes it. */
  role: Role;
  /** Key of the person's first device, also after a recovery. */
  person: string;
  /** The term that holds the person's role. Of a person's first device, and of an agent, itself. */
  root: Term;
  /** The joining that the person's seniority counts from. */
  since: HeldEntry;
  /** Who answers for an agent. */
  sponsor: Term | null;
}

export type Precedes = CausalHistory['precedes'];

/** Kinds that can take the effect from what somebody else wrote apart: they are decided one by one. */
const decidedKinds: ReadonlySet<string> = new Set([
  'member.removed',
  'person.removed',
  'person.recovered',
  'role.set',
  'invite.withdrawn',
]);

export const isDecision = ({ entry }: HeldEntry): boolean => decidedKinds.has(entry.fact.kind);

const lowestFirst: readonly Role[] = ['agent', 'viewer', 'contributor', 'reviewer', 'maintainer', 'owner'];
const lowest = (roles: readonly Role[]): Role => lowestFirst.find(role => roles.includes(role))!;

/** Removals, recoveries, changes of roles and withdrawals that count, and what they say of a term or an invite. */
export class Decisions {
  readonly #precedes: Precedes;
  readonly #ofDevice = new Map<string, HeldEntry[]>();
  readonly #ofInvite = new Map<string, HeldEntry[]>();
  readonly #endsOfPerson = new Map<string, HeldEntry[]>();
  readonly #rolesOfPerson = new Map<string, HeldEntry[]>();
  readonly #all = new Set<HeldEntry>();

  constructor(precedes: Precedes, decided: readonly HeldEntry[]) {
    this.#precedes = precedes;
    for (const item of decided) this.add(item);
  }

  has(item: HeldEntry): boolean {
    return this.#all.has(item);
  }

  add(item: HeldEntry): void {
    this.#all.add(item);
    const { fact } = item.entry;
    if (fact.kind === 'member.removed') push(this.#ofDevice, fact.device, item);
    else if (fact.kind === 'invite.withdrawn') push(this.#ofInvite, fact.inviteId, item);
    else if (fact.kind === 'role.set') push(this.#rolesOfPerson, fact.person, item);
    else if (fact.kind === 'person.removed' || fact.kind === 'person.recovered')
      push(this.#endsOfPerson, fact.person, item);
  }

  /** What ends the term. Of a person's end also what joined apart from it: nothing of theirs goes on elsewhere. */
  endsOf(term: Term): HeldEntry[] {
    return [...this.#removalsOf(term), ...this.#personEndsOf(term)];
  }

  /** What ends an invite of the term: a withdrawal; with a person's end, also invites for others that nobody had used. */
  endsOfInvite(term: Term, { inviteId, as }: Pick<Invite, 'inviteId' | 'as'>): HeldEntry[] {
    const withMember = as === 'member' ? this.#personEndsOf(term) : this.endsOf(term);
    return [...withMember, ...(this.#ofInvite.get(inviteId) ?? [])];
  }

  /** All that can say something of one of these terms: what changes in it changes where their entries stand. */
  concerning(terms: readonly Term[]): HeldEntry[] {
    const found = new Set<HeldEntry>();
    for (const { join, root, sponsor } of terms) {
      for (const item of this.#ofDevice.get(join.entry.author) ?? []) found.add(item);
      for (const person of [root.person, ...(sponsor ? [sponsor.person] : [])])
        for (const known of [this.#endsOfPerson, this.#rolesOfPerson])
          for (const item of known.get(person) ?? []) found.add(item);
    }
    return [...found];
  }

  /** Role and roles in projects that the author of `item` had; `item` null: what they are after everything. */
  heldAt({ root }: Term, item: HeldEntry | null): { role: Role; projects: Record<string, Role> } {
    const all = this.#rolesOfPerson.get(root.person);
    if (!all) return { role: root.role, projects: {} };
    const sets = all.filter(set => this.#precedes(root.join, set));
    const role = this.#roleBy(setsFor(sets, null), root.role, item);
    const projects: Record<string, Role> = {};
    for (const { entry } of sets) {
      const project = entry.fact.kind === 'role.set' ? entry.fact.project : null;
      // Owners are owners everywhere.
      if (project !== null && role !== 'owner') projects[project] ??= this.#roleBy(setsFor(sets, project), role, item);
    }
    return { role, projects };
  }

  /** What is in the past counts by its latest; what was said apart counts where it takes away. */
  #roleBy(sets: readonly HeldEntry[], base: Role, item: HeldEntry | null): Role {
    const past = item ? sets.filter(set => this.#precedes(set, item)) : sets;
    const latest = past.filter(set => !past.some(other => this.#precedes(set, other)));
    const apart = item
      ? sets.filter(set => set.hash !== item.hash && !past.includes(set) && !this.#precedes(item, set))
      : [];
    const said = (set: HeldEntry): Role => (set.entry.fact.kind === 'role.set' ? set.entry.fact.role : null) ?? base;
    return lowest([...(latest.length > 0 ? latest.map(said) : [base]), ...apart.map(said)]);
  }

  #removalsOf({ join }: Term): HeldEntry[] {
    return (this.#ofDevice.get(join.entry.author) ?? []).filter(removal => this.#precedes(join, removal));
  }

  #personEndsOf({ root, sponsor }: Term): HeldEntry[] {
    if (this.#endsOfPerson.size === 0) return [];
    return [root, ...(sponsor ? [sponsor.root] : [])].flatMap(({ person, join }) =>
      (this.#endsOfPerson.get(person) ?? []).filter(end => end.hash !== join.hash && !this.#precedes(end, join)),
    );
  }
}

const setsFor = (sets: readonly HeldEntry[], project: string | null): HeldEntry[] =>
  sets.filter(({ entry }) => entry.fact.kind === 'role.set' && entry.fact.project === project);

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
