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

export interface MembershipPass {
  founding: HeldEntry | null;
  name: string;
  names: Map<string, { name: string; deviceName: string }>;
  terms: Map<string, Term[]>;
  invites: Map<string, Invite>;
  ignored: Map<string, Refusal>;
  /** Removals that their authors had a right to, beyond those given. */
  claims: HeldEntry[];
  standing: (item: HeldEntry) => Standing;
  endOf: (term: Term) => HeldEntry | null;
}

type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>;

const strangers = refusal('FORBIDDEN', 'The device is not a member of this team.', 'Ask an owner for an invite.');
const removed = refusal('FORBIDDEN', 'The device was removed from this team.', 'Ask an owner for a new invite.');
const unseen = refusal(
  'FORBIDDEN',
  'The device was removed by an owner who had not seen this.',
  'A member can state it again.',
);
const ownersOnly = refusal('FORBIDDEN', 'Only an owner may do this.', 'Ask an owner of the team.');

/** One walk through the membership facts in causal order, with `removals` as the removals that count. */
export function membershipPass(history: CausalHistory, removals: readonly HeldEntry[]): MembershipPass {
  const inviteEntries = new Map<string, HeldEntry>();
  const removalsOf = Map.groupBy(removals, ({ entry }) => (entry.fact as FactOf<'member.removed'>).device);
  const pass: MembershipPass = {
    founding: null,
    name: '',
    names: new Map(),
    terms: new Map(),
    invites: new Map(),
    ignored: new Map(),
    claims: [],
    standing(item) {
      const { author } = item.entry;
      const isPast = (term: Term) => term.join.hash === item.hash || history.precedes(term.join, item);
      const term = pass.terms.get(author)?.findLast(isPast);
      if (!term) return { kind: 'stranger', refusal: strangers };
      const ends = (removalsOf.get(author) ?? []).filter(removal => history.precedes(term.join, removal));
      if (ends.some(removal => history.precedes(removal, item))) return { kind: 'removed', refusal: removed };
      if (ends.some(removal => removal.hash !== item.hash && !history.precedes(item, removal)))
        return { kind: 'unseen', refusal: unseen };
      return { kind: 'member', role: term.role };
    },
    endOf: term =>
      (removalsOf.get(term.join.entry.author) ?? []).find(removal => history.precedes(term.join, removal)) ?? null,
  };
  for (const item of history.ordered) {
    const { fact } = item.entry;
    let problem: Refusal | null = null;
    if (fact.kind === 'team.founded') problem = found(item, fact);
    else if (fact.kind === 'team.renamed') problem = asOwner(item, () => void (pass.name = fact.team));
    else if (fact.kind === 'member.renamed') problem = rename(item, fact);
    else if (fact.kind === 'invite.created') problem = asOwner(item, () => invite(item, fact));
    else if (fact.kind === 'member.added') problem = join(item, fact);
    else if (fact.kind === 'member.removed') problem = remove(item, fact);
    if (problem) pass.ignored.set(item.hash, problem);
  }
  return pass;

  function found(item: HeldEntry, fact: FactOf<'team.founded'>): Refusal | null {
    if (pass.founding || item.entry.seq !== 1 || item.entry.team !== '')
      return refusal('CONFLICT', 'The team has been founded already.');
    pass.founding = item;
    pass.name = fact.team;
    pass.names.set(item.entry.author, fact.member);
    pass.terms.set(item.entry.author, [{ join: item, role: 'owner' }]);
    return null;
  }

  function asOwner(item: HeldEntry, effect: () => Refusal | null | void): Refusal | null {
    const standing = pass.standing(item);
    if (standing.kind !== 'member') return standing.refusal;
    return standing.role === 'owner' ? (effect() ?? null) : ownersOnly;
  }

  function rename(item: HeldEntry, fact: FactOf<'member.renamed'>): Refusal | null {
    const standing = pass.standing(item);
    if (standing.kind !== 'member') return standing.refusal;
    pass.names.set(item.entry.author, fact.member);
    return null;
  }

  function invite(item: HeldEntry, { inviteId, key, role, expiresAt }: FactOf<'invite.created'>): Refusal | null {
    if (pass.invites.has(inviteId)) return refusal('ALREADY_EXISTS', 'There is an invite with this id.');
    pass.invites.set(inviteId, { inviteId, key, role, expiresAt, invitedBy: item.entry.author, usedBy: null });
    inviteEntries.set(inviteId, item);
    return null;
  }

  function join(item: HeldEntry, fact: FactOf<'member.added'>): Refusal | null {
    const { author, at } = item.entry;
    const open = pass.invites.get(fact.inviteId);
    const invited = inviteEntries.get(fact.inviteId);
    const askAgain = 'Ask an owner for a new invite.';
    if (!open || !invited || !history.precedes(invited, item))
      return refusal('NOT_FOUND', 'This invite is not known in the team.', askAgain);
    if (!provenJoin(item, open.key, pass.founding?.hash ?? ''))
      return refusal('FORBIDDEN', 'The secret does not belong to this invite.', 'Copy the whole link again.');
    if (Date.parse(at) > Date.parse(open.expiresAt))
      return refusal('FORBIDDEN', `The invite expired on ${open.expiresAt}.`, askAgain);
    if (open.usedBy) return refusal('FORBIDDEN', 'The invite was used already: each lets in one device.', askAgain);
    if (pass.standing(item).kind === 'member') return refusal('ALREADY_EXISTS', 'The device is a member already.');
    open.usedBy = author;
    pass.names.set(author, fact.member);
    pass.terms.set(author, [...(pass.terms.get(author) ?? []), { join: item, role: open.role }]);
    return null;
  }

  function remove(item: HeldEntry, fact: FactOf<'member.removed'>): Refusal | null {
    if (removals.includes(item)) return null;
    const standing = pass.standing(item);
    if (standing.kind !== 'member') return standing.refusal;
    if (standing.role !== 'owner' && fact.device !== item.entry.author) return ownersOnly;
    const term = pass.terms.get(fact.device)?.findLast(({ join: joined }) => history.precedes(joined, item));
    const end = term && pass.endOf(term);
    if (!term || (end && history.precedes(end, item)))
      return refusal('NOT_FOUND', 'This device is not a member of the team.');
    pass.claims.push(item);
    return null;
  }
}
