import type { CausalHistory } from './causal-order.ts';
import type { HeldEntry } from './entry-hash.ts';
import { isDecision } from './decisions.ts';
import { MembershipPass } from './membership-pass.ts';

/**
 * Decides which removals, recoveries, changes of roles and withdrawals count, then gives the pass that follows from them. `facts`: the
 * membership facts in causal order.
 *
 * Each of them takes the effect from what others wrote unseen by its author; that may be one of them, too. So they are
 * decided one at a time: causes before effects; among concurrent ones that of the longest-standing author first, so
 * that a removed owner cannot turn the tables with a backdated entry, nor with members invited for that.
 */
export function decideClaims(facts: readonly HeldEntry[], history: Pick<CausalHistory, 'precedes'>): MembershipPass {
  const place = new Map(facts.map(({ hash }, index) => [hash, index]));
  const onlyRemovals = facts.every(item => !isDecision(item) || item.entry.fact.kind === 'member.removed');
  const byTarget = new Map<string, HeldEntry[]>();
  const concerning = (device: string, item: HeldEntry) => {
    const known = byTarget.get(device);
    if (known) known.push(item);
    else byTarget.set(device, [item]);
  };
  for (const item of facts) {
    const { author, fact } = item.entry;
    concerning(author, item);
    if (fact.kind === 'member.removed' && fact.device !== author) concerning(fact.device, item);
  }
  const decided: HeldEntry[] = [];
  let pass = passWith(decided);
  for (;;) {
    const next = firstOpen(pass, history, hash => place.get(hash)!);
    if (!next) return pass;
    decided.push(next);
    if (concernsNothingElse(next)) pass.decide(next);
    else pass = passWith(decided);
  }

  function passWith(decisions: readonly HeldEntry[]): MembershipPass {
    const walk = new MembershipPass(history, decisions);
    for (const item of facts) walk.take(item);
    return walk;
  }

  /**
   * Walking again gives the same pass where the remover had seen all that the target wrote about the membership, and
   * all other removals of it: what came before a removal is not judged by it. This is how nearly all of them are. Not so
   * where invites end with the device, nor where other decisions are about.
   */
  function concernsNothingElse({ hash, entry }: HeldEntry): boolean {
    const { fact } = entry;
    if (!onlyRemovals || fact.kind !== 'member.removed') return false;
    return (byTarget.get(fact.device) ?? []).every(
      item =>
        item.hash === hash || (history.precedes(item, { hash, entry }) && item.entry.fact.kind !== 'device.invited'),
    );
  }
}

/** The claim to be decided next: nothing else waits in its past, and of those the longest-standing author speaks first. */
export function firstOpen(
  pass: MembershipPass,
  history: Pick<CausalHistory, 'precedes'>,
  placeOf: (hash: string) => number,
): HeldEntry | undefined {
  const { claims } = pass;
  // By the term in which it was claimed: a remover who comes back later is no less senior in what was decided before.
  const seniority = (claim: HeldEntry): number[] => {
    const { fact } = claim.entry;
    // Whoever holds the paper goes before whoever holds one of the devices.
    if (fact.kind === 'person.recovered') return [placeOf(pass.rootOf(fact.person, claim)!.since.hash), 0, 0];
    const { since, join } = pass.termOf(claim)!;
    return [placeOf(since.hash), 1, placeOf(join.hash)];
  };
  const ranked = claims.map(claim => ({ claim, rank: seniority(claim) }));
  ranked.sort((a, b) => a.rank[0]! - b.rank[0]! || a.rank[1]! - b.rank[1]! || a.rank[2]! - b.rank[2]!);
  return ranked.find(({ claim }) => !claims.some(other => history.precedes(other, claim)))?.claim;
}
