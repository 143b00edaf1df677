import type { HeldEntry } from './entry-hash.ts';
import { verifyJoinProof } from './keys.ts';

/** Remembered per entry: a signature costs a thousand times more than the rest of a reducer's step, and never changes. */
const known = new WeakMap<HeldEntry, { inviteKey: string; team: string; proven: boolean }>();

/** Whether a `member.added` entry bears the signature of the invite's key for its author and this team. */
export function provenJoin(item: HeldEntry, inviteKey: string, team: string): boolean {
  const remembered = known.get(item);
  if (remembered?.inviteKey === inviteKey && remembered.team === team) return remembered.proven;
  const { author, fact } = item.entry;
  const proven = fact.kind === 'member.added' && verifyJoinProof(fact.proof, inviteKey, team, author);
  known.set(item, { inviteKey, team, proven });
  return proven;
}
