import type { HeldEntry } from './entry-hash.ts';
import { isMembershipFact } from './membership-kinds.ts';
import { membershipOf, type Membership } from './membership.ts';
import type { Refusal } from './refusal.ts';
import { isRegistryFact, lacksRight, type Held } from './rights.ts';

/**
 * Why the author of an entry could have known that it has no right to state this; null also where the right was taken away
 * apart from it. Judged by the entry's own past alone: an honest device, which asks `checkFact` first, is never refused by
 * this, and what it writes next is not cut off.
 */
export function lackedRight(item: HeldEntry, membership: Membership): Refusal | null {
  if (!refusalIn(membership, item)) return null;
  const { history } = membership;
  const past = history.ordered.filter(other => other.hash === item.hash || history.precedes(other, item));
  return refusalIn(membershipOf(past), item);
}

function refusalIn(membership: Membership, item: HeldEntry): Refusal | null {
  if (isMembershipFact(item)) return membership.ignored.get(item.hash) ?? null;
  const { kind } = item.entry.fact;
  const standing = membership.standing(item);
  if (standing.kind !== 'member' || !isRegistryFact(kind)) return null;
  // Which project a model belongs to follows from more than the entry: a right in one of them is enough here.
  const projects = [null, ...Object.keys(standing.projects), ...Object.keys(sponsored(standing))];
  const problems = projects.map(project => lacksRight(kind, standing, project));
  return problems.includes(null) ? null : problems[0]!;
}

const sponsored = ({ sponsor }: Held): object => sponsor?.projects ?? {};
