import type { HeldEntry } from './entry-hash.ts';
import { verifyJoinProof, verifyRecoveryProof } from './keys.ts';

/** Remembered per entry: a signature costs a thousand times more than the rest of a reducer's step, and never changes. */
const known = new WeakMap<HeldEntry, { key: string; team: string; proven: boolean }>();

/**
 * Whether an entry that lets its author in bears the signature of `key` (of the invite, or the recovery key) for this
 * author and this team.
 */
export function provenJoin(item: HeldEntry, key: string, team: string): boolean {
  const remembered = known.get(item);
  if (remembered?.key === key && remembered.team === team) return remembered.proven;
  const { author, fact } = item.entry;
  const proven =
    (fact.kind === 'member.added' && verifyJoinProof(fact.proof, key, team, author)) ||
    (fact.kind === 'person.recovered' && verifyRecoveryProof(fact.proof, key, team, author));
  known.set(item, { key, team, proven });
  return proven;
}
