import type { Member } from '../domain/team.ts';
import { causalHistory, type CausalHistory } from './causal-order.ts';
import type { FeedVector } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import { decideClaims } from './decide-claims.ts';
import { isMembershipFact } from './membership-kinds.ts';
import type { MembershipPass } from './membership-pass.ts';
import type { Invite, Standing } from './standing.ts';
import type { Refusal } from './refusal.ts';

/** Who belongs to a team, by the facts that are held. */
export interface Membership {
  /** Empty while the founding entry is not held. */
  teamId: string;
  name: string;
  /** In order of joining; former members with `active: false`. */
  members: Member[];
  invites: Invite[];
  /** Public halves of the recovery keys that count now. */
  recoveryKeys: { person: string; key: string }[];
  /** What a new entry may refer to: per author the entries whose past is held and which counted when written. */
  seen: FeedVector;
  /** Membership facts without effect, by hash of their entry. */
  ignored: ReadonlyMap<string, Refusal>;
  standing: (item: HeldEntry) => Standing;
  history: CausalHistory;
}

/** Pure reducer: the same set of entries, in any order, gives the same membership. Rules M1 to M17 in SPEC.md. */
export function membershipOf(entries: Iterable<HeldEntry>): Membership {
  const history = causalHistory(entries);
  const pass = decideClaims(history.ordered.filter(isMembershipFact), history);
  return {
    teamId: pass.founding?.hash ?? '',
    name: pass.name,
    members: membersOf(pass),
    invites: pass.invites,
    recoveryKeys: pass.recoveryKeys,
    seen: seenOf(history, item => pass.standing(item)),
    ignored: pass.ignored,
    standing: item => pass.standing(item),
    history,
  };
}

/** In order of joining; former members with `active: false`. */
export function membersOf(pass: MembershipPass): Member[] {
  return [...pass.terms.values()].map(terms => {
    const term = terms.at(-1)!;
    const names = pass.names.get(term.join.entry.author) ?? { name: '', deviceName: '' };
    return {
      device: term.join.entry.author,
      ...names,
      person: term.person,
      ...pass.decisions.heldAt(term, null),
      agentOf: term.sponsor?.person ?? null,
      active: pass.endOf(term) === null,
      since: term.join.entry.at,
    };
  });
}

/** Ends at an author's first entry that never had a right to be written: a replica that refused it could not follow. */
function seenOf(history: CausalHistory, standing: (item: HeldEntry) => Standing): FeedVector {
  const seen: FeedVector = {};
  for (const item of history.ordered) {
    const { author, seq } = item.entry;
    const { kind } = standing(item);
    if (seq === (seen[author] ?? 0) + 1 && kind !== 'stranger' && kind !== 'removed') seen[author] = seq;
  }
  return seen;
}
