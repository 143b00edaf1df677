import type { Role } from '../domain/team.ts';
import type { CausalHistory } from './causal-order.ts';
import { Decisions, type Precedes, type Term } from './decisions.ts';
import type { Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import { provenJoin } from './proven-join.ts';
import { refusal, type Refusal } from './refusal.ts';
import { lacksRight, type Action } from './rights.ts';
import { removed, strangers, unseen, type Invite, type Standing } from './standing.ts';

type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>;
interface KnownInvite {
  invite: Invite;
  item: HeldEntry;
  by: Term;
  joining: HeldEntry | null;
}

const askAgain = 'Ask an owner for a new invite.';
const noMember = refusal('NOT_FOUND', 'This device is not a member of the team.');
const noInvite = refusal('NOT_FOUND', 'There is no such invite in the team.', 'See those: benchmate team invites');
const noPerson = refusal('NOT_FOUND', 'There is no such member in the team.', 'See who there is: benchmate team');
const lastOwner = refusal('FORBIDDEN', 'The last owner cannot leave the team.', 'Make somebody else an owner first.');

/** One walk through the membership facts in causal order, with `decided` as the decisions that count. */
export class MembershipPass {
  founding: HeldEntry | null = null;
  name = '';
  readonly names = new Map<string, { name: string; deviceName: string }>();
  readonly terms = new Map<string, Term[]>();
  readonly ignored = new Map<string, Refusal>();
  /** Decisions that their authors had a right to, beyond those given. */
  claims: HeldEntry[] = [];
  readonly decisions: Decisions;
  readonly #precedes: Precedes;
  readonly #invited = new Map<string, KnownInvite>();
  readonly #recoveryKeys = new Map<string, { item: HeldEntry; key: string }[]>();

  constructor(history: Pick<CausalHistory, 'precedes'>, decided: readonly HeldEntry[]) {
    this.#precedes = (earlier, later) => history.precedes(earlier, later);
    this.decisions = new Decisions(this.#precedes, decided);
  }

  /** All that were ever made. */
  get invites(): Invite[] {
    return [...this.#invited.values()].map(({ invite, by }) => ({
      ...invite,
      ended: this.decisions.endsOfInvite(by, invite).length > 0,
    }));
  }

  /** The recovery keys of people that count now. */
  get recoveryKeys(): { person: string; key: string }[] {
    return [...this.#recoveryKeys].map(([person, keys]) => ({ person, key: keys.at(-1)!.key }));
  }

  standing(item: HeldEntry): Standing {
    const term = this.termOf(item);
    if (!term) return { kind: 'stranger', refusal: strangers };
    const ends = this.decisions.endsOf(term);
    if (ends.some(end => this.#precedes(end, item))) return { kind: 'removed', refusal: removed };
    if (ends.some(end => end.hash !== item.hash && !this.#precedes(item, end)))
      return { kind: 'unseen', refusal: unseen };
    const sponsor = term.sponsor && this.decisions.heldAt(term.sponsor, item);
    const answerable = term.sponsor?.person ?? term.person;
    return { kind: 'member', person: term.person, answerable, ...this.decisions.heldAt(term, item), sponsor };
  }

  /** The membership that the author of an entry had, or thought to have, when writing it. */
  termOf(item: HeldEntry): Term | undefined {
    const isPast = ({ join }: Term) => join.hash === item.hash || this.#precedes(join, item);
    return this.terms.get(item.entry.author)?.findLast(isPast);
  }

  endOf(term: Term): HeldEntry | null {
    return this.decisions.endsOf(term)[0] ?? null;
  }

  /** The membership that the person of this key has, or had last, in the past of `item`. */
  rootOf(person: string, item: HeldEntry): Term | undefined {
    const roots = [...this.terms.values()].flatMap(terms =>
      terms.filter(term => term.root === term && term.person === person && this.#precedes(term.join, item)),
    );
    return roots.findLast(root => !roots.some(other => this.#precedes(root.join, other.join)));
  }

  /** Takes up the next membership fact; others are none of its business. */
  take(item: HeldEntry): void {
    const problem = this.#problem(item);
    if (problem) this.ignored.set(item.hash, problem);
  }

  /** Counts a claim, where that changes nothing for the facts that were taken up: see `decideClaims`. */
  decide(claim: HeldEntry): void {
    this.decisions.add(claim);
    this.claims = this.claims.filter(other => other !== claim);
  }

  #problem(item: HeldEntry): Refusal | null {
    const { fact } = item.entry;
    switch (fact.kind) {
      case 'team.founded':
        return this.#found(item, fact);
      case 'team.renamed':
        return this.#withRight(item, 'team.renamed', () => void (this.name = fact.team));
      case 'member.renamed':
        return this.#withRight(item, 'member.renamed', () => void this.names.set(item.entry.author, fact.member));
      case 'invite.created':
        return this.#withRight(item, 'invite.created', by => this.#invite(item, { ...fact, as: 'member' }, by));
      case 'device.invited':
        return this.#withRight(item, fact.as === 'agent' ? 'agent.added' : 'device.added', by =>
          this.#invite(item, { ...fact, role: fact.as === 'agent' ? 'agent' : by.root.role }, by),
        );
      case 'invite.withdrawn':
        return this.#claim(item, () => this.#withdraw(item, fact));
      case 'member.added':
        return this.#join(item, fact);
      case 'member.removed':
        return this.#claim(item, () => this.#remove(item, fact));
      case 'person.removed':
        return this.#claim(item, () => this.#removePerson(item, fact));
      case 'role.set':
        return this.#claim(item, () => this.#setRole(item, fact));
      case 'recovery.set':
        return this.#withRight(item, 'recovery.set', ({ person }) => {
          const keys = this.#recoveryKeys.get(person) ?? [];
          this.#recoveryKeys.set(person, [...keys, { item, key: fact.key }]);
        });
      case 'person.recovered':
        return this.#recover(item, fact);
      default:
        return null;
    }
  }

  #found(item: HeldEntry, fact: FactOf<'team.founded'>): Refusal | null {
    if (this.founding || item.entry.seq !== 1 || item.entry.team !== '')
      return refusal('CONFLICT', 'The team has been founded already.');
    this.founding = item;
    this.name = fact.team;
    this.#enter(item, fact.member, { role: 'owner' });
    return null;
  }

  #withRight(item: HeldEntry, action: Action, effect: (by: Term) => Refusal | null | void): Refusal | null {
    const standing = this.standing(item);
    if (standing.kind !== 'member') return standing.refusal;
    return lacksRight(action, standing) ?? effect(this.termOf(item)!) ?? null;
  }

  #invite(
    item: HeldEntry,
    { inviteId, key, role, as, expiresAt }: Omit<Invite, 'invitedBy' | 'usedBy' | 'ended'>,
    by: Term,
  ): Refusal | null {
    if (this.#invited.has(inviteId)) return refusal('ALREADY_EXISTS', 'There is an invite with this id.');
    const invitedBy = item.entry.author;
    const invite = { inviteId, key, role, as, expiresAt, invitedBy, usedBy: null, ended: false };
    this.#invited.set(inviteId, { invite, item, by, joining: null });
    return null;
  }

  #withdraw(item: HeldEntry, { inviteId }: FactOf<'invite.withdrawn'>): Refusal | null {
    const standing = this.standing(item);
    if (standing.kind !== 'member') return standing.refusal;
    const known = this.#invited.get(inviteId);
    if (!known || !this.#precedes(known.item, item)) return noInvite;
    const { invite, by, joining } = known;
    const lacking = by.person === standing.person ? null : lacksRight('invite.withdrawn', standing);
    if (lacking) return lacking;
    if (joining && this.#precedes(joining, item))
      return refusal('CONFLICT', 'The invite was used already.', 'Remove the member, or the device, instead.');
    if (!this.decisions.endsOfInvite(by, invite).some(end => this.#precedes(end, item))) return null;
    return refusal('CONFLICT', 'The invite has ended already.');
  }

  #join(item: HeldEntry, fact: FactOf<'member.added'>): Refusal | null {
    const { author, at } = item.entry;
    const known = this.#invited.get(fact.inviteId);
    if (!known || !this.#precedes(known.item, item))
      return refusal('NOT_FOUND', 'This invite is not known in the team.', askAgain);
    const { invite, by } = known;
    if (!provenJoin(item, invite.key, this.founding?.hash ?? ''))
      return refusal('FORBIDDEN', 'The secret does not belong to this invite.', 'Copy the whole link again.');
    if (Date.parse(at) > Date.parse(invite.expiresAt))
      return refusal('FORBIDDEN', `The invite expired on ${invite.expiresAt}.`, askAgain);
    if (invite.usedBy) return refusal('FORBIDDEN', 'The invite was used already: each lets in one device.', askAgain);
    const ends = this.decisions.endsOfInvite(by, invite).filter(end => !this.#precedes(item, end));
    if (ends.some(({ entry }) => entry.fact.kind === 'invite.withdrawn'))
      return refusal('FORBIDDEN', 'The invite was withdrawn.', askAgain);
    if (ends.length > 0) return refusal('FORBIDDEN', 'The invite ended with the member who made it.', askAgain);
    if (this.standing(item).kind === 'member') return refusal('ALREADY_EXISTS', 'The device is a member already.');
    invite.usedBy = author;
    known.joining = item;
    if (invite.as === 'device')
      this.#enter(item, fact.member, { role: by.root.role, person: by.person, root: by.root, since: by.since });
    else this.#enter(item, fact.member, { role: invite.role, sponsor: invite.as === 'agent' ? by.root : null });
    return null;
  }

  #enter(
    item: HeldEntry,
    names: { name: string; deviceName: string },
    { role, person, root, since, sponsor }: Partial<Omit<Term, 'join'>> & { role: Role },
  ): void {
    const { author } = item.entry;
    const term = { join: item, role, person: person ?? author, since: since ?? item, sponsor: sponsor ?? null } as Term;
    term.root = root ?? term;
    this.names.set(author, names);
    this.terms.set(author, [...(this.terms.get(author) ?? []), term]);
  }

  /** A decision that is not given counts for nothing yet. */
  #claim(item: HeldEntry, judge: () => Refusal | null): Refusal | null {
    if (this.decisions.has(item)) return null;
    const problem = judge();
    if (!problem) this.claims.push(item);
    return problem;
  }

  #remove(item: HeldEntry, { device }: FactOf<'member.removed'>): Refusal | null {
    const standing = this.standing(item);
    if (standing.kind !== 'member') return standing.refusal;
    const target = this.terms.get(device)?.findLast(({ join }) => this.#precedes(join, item));
    const isOwn = target !== undefined && (target.sponsor ?? target).person === standing.person;
    if (device !== item.entry.author && !isOwn) {
      const lacking = lacksRight('member.removed', standing);
      if (lacking) return lacking;
    }
    const end = target && this.endOf(target);
    return !target || (end && this.#precedes(end, item)) ? noMember : null;
  }

  #removePerson(item: HeldEntry, { person }: FactOf<'person.removed'>): Refusal | null {
    const standing = this.standing(item);
    if (standing.kind !== 'member') return standing.refusal;
    const target = this.rootOf(person, item);
    const isOwn = standing.person === person || target?.sponsor?.person === standing.person;
    const lacking = isOwn ? null : lacksRight('person.removed', standing);
    if (lacking) return lacking;
    if (!target || this.#hadEnded(target, item)) return noPerson;
    if (this.decisions.heldAt(target, item).role !== 'owner') return null;
    return this.#hasOwnerWithout(item, term => term.person === person) ? null : lastOwner;
  }

  #setRole(item: HeldEntry, { person, role, project }: FactOf<'role.set'>): Refusal | null {
    const standing = this.standing(item);
    if (standing.kind !== 'member') return standing.refusal;
    const lacking = lacksRight('role.set', standing);
    if (lacking) return lacking;
    const target = this.rootOf(person, item);
    if (!target || this.#hadEnded(target, item)) return noPerson;
    if (target.role === 'agent')
      return refusal('BAD_REQUEST', 'An agent stays an agent.', 'Invite the person who is to decide.');
    if (project === null && role === null) return refusal('BAD_REQUEST', 'A member of the team has some role.');
    if (project !== null && role === 'owner')
      return refusal('BAD_REQUEST', 'Owners are owners of the whole team.', 'Give the role without a project.');
    if (project !== null || role === 'owner') return null;
    if (this.#hasOwnerWithout(item, term => term.person === person)) return null;
    return refusal('FORBIDDEN', 'The last owner stays an owner.', 'Make somebody else an owner first.');
  }

  #recover(item: HeldEntry, { person, member }: FactOf<'person.recovered'>): Refusal | null {
    const former = this.rootOf(person, item);
    if (former && this.decisions.has(item)) {
      const { role } = this.decisions.heldAt(former, item);
      this.#enter(item, member, { role, person, since: former.since });
      return null;
    }
    const key = this.#recoveryKeys.get(person)?.findLast(known => this.#precedes(known.item, item))?.key;
    if (!former || key === undefined)
      return refusal('NOT_FOUND', 'The team knows no recovery key of this member.', askAgain);
    if (!provenJoin(item, key, this.founding?.hash ?? ''))
      return refusal('FORBIDDEN', 'This is not the recovery key that counts now.', 'Look for the latest one.');
    if (this.#hadEnded(former, item)) return refusal('FORBIDDEN', 'This member was removed from the team.', askAgain);
    if (this.standing(item).kind === 'member') return refusal('ALREADY_EXISTS', 'The device is a member already.');
    this.claims.push(item);
    return null;
  }

  #hadEnded(term: Term, item: HeldEntry): boolean {
    return this.decisions.endsOf(term).some(end => this.#precedes(end, item));
  }

  /** By what is decided already: before `item`, or apart from it. */
  #isEnded(term: Term, item: HeldEntry): boolean {
    return this.decisions.endsOf(term).some(end => end.hash !== item.hash && !this.#precedes(item, end));
  }

  /** Whether, as far as the author of `item` could know, there is an owner besides those who would go. */
  #hasOwnerWithout(item: HeldEntry, leaves: (term: Term) => boolean): boolean {
    for (const terms of this.terms.values())
      for (const term of terms)
        if (!leaves(term) && (term.join.hash === item.hash || this.#precedes(term.join, item)))
          if (term.root.role !== 'agent' && !this.#isEnded(term, item))
            if (this.decisions.heldAt(term, item).role === 'owner') return true;
    return false;
  }
}
