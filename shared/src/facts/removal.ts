import type { CausalHistory } from './causal-order.ts';
import type { HeldEntry } from './entry-hash.ts';
import type { MembershipPass } from './membership-pass.ts';

/**
 * Decides which removals count, then gives the pass that follows from them.
 *
 * A removal takes the effect from what its target wrote unseen by the remover; that may be a removal, too. So they are
 * decided one at a time: causes before effects; among concurrent ones that of the longest-standing author first, so
 * that a removed owner cannot turn the tables with a backdated entry, nor with members invited for that.
 */
export function decideRemovals(
  history: CausalHistory,
  passWith: (removals: readonly HeldEntry[]) => MembershipPass,
): MembershipPass {
  const place = new Map(history.ordered.map(({ hash }, index) => [hash, index]));
  const decided: HeldEntry[] = [];
  for (;;) {
    const pass = passWith(decided);
    const seniority = ({ entry }: HeldEntry) => place.get(pass.terms.get(entry.author)!.at(-1)!.join.hash)!;
    const open = pass.claims.filter(claim => !pass.claims.some(other => history.precedes(other, claim)));
    const next = open.reduce<HeldEntry | null>(
      (first, claim) => (first && seniority(first) <= seniority(claim) ? first : claim),
      null,
    );
    if (!next) return pass;
    decided.push(next);
  }
}
