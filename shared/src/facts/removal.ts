import type { CausalHistory } from './causal-order.ts';
import type { HeldEntry } from './entry-hash.ts';
import { MembershipPass } from './membership-pass.ts';

/**
 * Decides which removals count, then gives the pass that follows from them. `facts`: the membership facts in causal order.
 *
 * A removal takes the effect from what its target wrote unseen by the remover; that may be a removal, too. So they are
 * decided one at a time: causes before effects; among concurrent ones that of the longest-standing author first, so
 * that a removed owner cannot turn the tables with a backdated entry, nor with members invited for that.
 */
export function decideRemovals(facts: readonly HeldEntry[], history: Pick<CausalHistory, 'precedes'>): MembershipPass {
  const place = new Map(facts.map(({ hash }, index) => [hash, index]));
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
    const next = firstOpen(pass);
    if (!next) return pass;
    decided.push(next);
    if (concernsNothingElse(next)) pass.decide(next);
    else pass = passWith(decided);
  }

  function passWith(removals: readonly HeldEntry[]): MembershipPass {
    const walk = new MembershipPass(history, removals);
    for (const item of facts) walk.take(item);
    return walk;
  }

  function firstOpen({ claims, terms }: MembershipPass): HeldEntry | undefined {
    // By the term in which it was claimed: a remover who comes back later is no less senior in what was decided before.
    const joined = (claim: HeldEntry) =>
      terms.get(claim.entry.author)!.findLast(({ join }) => history.precedes(join, claim))!.join;
    const seniority = (claim: HeldEntry) => place.get(joined(claim).hash)!;
    const isOpen = (claim: HeldEntry) => !claims.some(other => history.precedes(other, claim));
    return claims.toSorted((a, b) => seniority(a) - seniority(b)).find(isOpen);
  }

  /**
   * Walking again gives the same pass where the remover had seen all that the target wrote about the membership, and
   * all other removals of it: what came before a removal is not judged by it. This is how nearly all of them are.
   */
  function concernsNothingElse(removal: HeldEntry): boolean {
    const { fact } = removal.entry;
    if (fact.kind !== 'member.removed') return false;
    return (byTarget.get(fact.device) ?? []).every(item => item === removal || history.precedes(item, removal));
  }
}
