import type { Role } from '../domain/team.ts';
import type { CausalHistory } from './causal-order.ts';
import type { Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import { provenJoin } from './proven-join.ts';
import { refusal, type Refusal } from './refusal.ts';

/** A device's membership from one joining to the removal that ends it. */
export interface Term {
  join: HeldEntry;
  role: Role;
}

export interface Invite {
  inviteId: string;
  key: string;
  role: Role;
  expiresAt: string;
  invitedBy: string;
  /** Device that joined with it; null while unused. */
  usedBy: string | null;
}

/**
 * What the author of an entry was when writing it. `removed`: a removal is in the entry's own past. `unseen`: written
 * apart from a removal, and the remover had not seen it. `stranger`: never joined.
 */
export type Standing = { kind: 'member'; role: Role } | { kind: 'stranger' | 'removed' | 'unseen'; refusal: Refusal };

type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>;

const strangers = refusal('FORBIDDEN', 'The device is not a member of this team.', 'Ask an owner for an invite.');
const removed = refusal('FORBIDDEN', 'The device was removed from this team.', 'Ask an owner for a new invite.');
const unseen = refusal(
  'FORBIDDEN',
  'The device was removed by an owner who had not seen this.',
  'A member can state it again.',
);
const ownersOnly = refusal('FORBIDDEN', 'Only an owner may do this.', 'Ask an owner of the team.');

const membershipKinds: ReadonlySet<string> = new Set([
  'team.founded',
  'team.renamed',
  'member.renamed',
  'invite.created',
  'member.added',
  'member.removed',
] satisfies Fact['kind'][]);

export const isMembershipFact = ({ entry }: HeldEntry): boolean => membershipKinds.has(entry.fact.kind);

/** One walk through the membership facts in causal order, with `removals` as the removals that count. */
export class MembershipPass {
  founding: HeldEntry | null = null;
  name = '';
  readonly names = new Map<string, { name: string; deviceName: string }>();
  readonly terms = new Map<string, Term[]>();
  readonly invites = new Map<string, Invite>();
  readonly ignored = new Map<string, Refusal>();
  /** Removals that their authors had a right to, beyond those given. */
  claims: HeldEntry[] = [];
  readonly #history: Pick<CausalHistory, 'precedes'>;
  readonly #inviteEntries = new Map<string, HeldEntry>();
  readonly #removals: Set<HeldEntry>;
  readonly #removalsOf = new Map<string, HeldEntry[]>();

  constructor(history: Pick<CausalHistory, 'precedes'>, removals: readonly HeldEntry[]) {
    this.#history = history;
    this.#removals = new Set(removals);
    for (const removal of removals) this.#count(removal);
  }

  /** Removals of a device that count. */
  removalsOf(device: string): readonly HeldEntry[] {
    return this.#removalsOf.get(device) ?? [];
  }

  standing(item: HeldEntry): Standing {
    const { author } = item.entry;
    const isPast = (term: Term) => term.join.hash === item.hash || this.#history.precedes(term.join, item);
    const term = this.terms.get(author)?.findLast(isPast);
    if (!term) return { kind: 'stranger', refusal: strangers };
    const all = this.#removalsOf.get(author);
    if (all) {
      const ends = all.filter(removal => this.#history.precedes(term.join, removal));
      if (ends.some(removal => this.#history.precedes(removal, item))) return { kind: 'removed', refusal: removed };
      if (ends.some(removal => removal.hash !== item.hash && !this.#history.precedes(item, removal)))
        return { kind: 'unseen', refusal: unseen };
    }
    return { kind: 'member', role: term.role };
  }

  endOf(term: Term): HeldEntry | null {
    return this.removalsOf(term.join.entry.author).find(removal => this.#history.precedes(term.join, removal)) ?? null;
  }

  /** Takes up the next membership fact; others are none of its business. */
  take(item: HeldEntry): void {
    const { fact } = item.entry;
    let problem: Refusal | null = null;
    if (fact.kind === 'team.founded') problem = this.#found(item, fact);
    else if (fact.kind === 'team.renamed') problem = this.#asOwner(item, () => void (this.name = fact.team));
    else if (fact.kind === 'member.renamed') problem = this.#rename(item, fact);
    else if (fact.kind === 'invite.created') problem = this.#asOwner(item, () => this.#invite(item, fact));
    else if (fact.kind === 'member.added') problem = this.#join(item, fact);
    else if (fact.kind === 'member.removed') problem = this.#remove(item, fact);
    if (problem) this.ignored.set(item.hash, problem);
  }

  /** Counts a claim as a removal, where that changes nothing for the facts that were taken up: see `decideRemovals`. */
  decide(claim: HeldEntry): void {
    this.#removals.add(claim);
    this.#count(claim);
    this.claims = this.claims.filter(other => other !== claim);
  }

  #count(removal: HeldEntry): void {
    const { device } = removal.entry.fact as FactOf<'member.removed'>;
    this.#removalsOf.set(device, [...this.removalsOf(device), removal]);
  }

  #found(item: HeldEntry, fact: FactOf<'team.founded'>): Refusal | null {
    if (this.founding || item.entry.seq !== 1 || item.entry.team !== '')
      return refusal('CONFLICT', 'The team has been founded already.');
    this.founding = item;
    this.name = fact.team;
    this.names.set(item.entry.author, fact.member);
    this.terms.set(item.entry.author, [{ join: item, role: 'owner' }]);
    return null;
  }

  #asOwner(item: HeldEntry, effect: () => Refusal | null | void): Refusal | null {
    const standing = this.standing(item);
    if (standing.kind !== 'member') return standing.refusal;
    return standing.role === 'owner' ? (effect() ?? null) : ownersOnly;
  }

  #rename(item: HeldEntry, fact: FactOf<'member.renamed'>): Refusal | null {
    const standing = this.standing(item);
    if (standing.kind !== 'member') return standing.refusal;
    this.names.set(item.entry.author, fact.member);
    return null;
  }

  #invite(item: HeldEntry, { inviteId, key, role, expiresAt }: FactOf<'invite.created'>): Refusal | null {
    if (this.invites.has(inviteId)) return refusal('ALREADY_EXISTS', 'There is an invite with this id.');
    this.invites.set(inviteId, { inviteId, key, role, expiresAt, invitedBy: item.entry.author, usedBy: null });
    this.#inviteEntries.set(inviteId, item);
    return null;
  }

  #join(item: HeldEntry, fact: FactOf<'member.added'>): Refusal | null {
    const { author, at } = item.entry;
    const open = this.invites.get(fact.inviteId);
    const invited = this.#inviteEntries.get(fact.inviteId);
    const askAgain = 'Ask an owner for a new invite.';
    if (!open || !invited || !this.#history.precedes(invited, item))
      return refusal('NOT_FOUND', 'This invite is not known in the team.', askAgain);
    if (!provenJoin(item, open.key, this.founding?.hash ?? ''))
      return refusal('FORBIDDEN', 'The secret does not belong to this invite.', 'Copy the whole link again.');
    if (Date.parse(at) > Date.parse(open.expiresAt))
      return refusal('FORBIDDEN', `The invite expired on ${open.expiresAt}.`, askAgain);
    if (open.usedBy) return refusal('FORBIDDEN', 'The invite was used already: each lets in one device.', askAgain);
    if (this.standing(item).kind === 'member') return refusal('ALREADY_EXISTS', 'The device is a member already.');
    open.usedBy = author;
    this.names.set(author, fact.member);
    this.terms.set(author, [...(this.terms.get(author) ?? []), { join: item, role: open.role }]);
    return null;
  }

  #remove(item: HeldEntry, fact: FactOf<'member.removed'>): Refusal | null {
    if (this.#removals.has(item)) return null;
    const standing = this.standing(item);
    if (standing.kind !== 'member') return standing.refusal;
    if (standing.role !== 'owner' && fact.device !== item.entry.author) return ownersOnly;
    const term = this.terms.get(fact.device)?.findLast(({ join: joined }) => this.#history.precedes(joined, item));
    const end = term && this.endOf(term);
    if (!term || (end && this.#history.precedes(end, item)))
      return refusal('NOT_FOUND', 'This device is not a member of the team.');
    this.claims.push(item);
    return null;
  }
}
