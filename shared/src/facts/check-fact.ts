import { BenchmateError } from '../errors/benchmate-error.ts';
import type { Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import type { Membership } from './membership.ts';
import { refusal, type Refusal } from './refusal.ts';
import { registryOf, type Registry } from './registry.ts';

export interface IntendedFact {
  /** All that is held: `feeds.entries()`. */
  entries: readonly HeldEntry[];
  device: string;
  fact: Fact;
  at: string;
  /** The state of `entries`, where it is known: it is not reduced again. */
  before?: Registry;
}

/**
 * What would become of a fact if this device stated it now, before anything is signed: null when it would count, else the
 * error to show (NEEDS_APPROVAL, FORBIDDEN, CONTESTED, NOT_FOUND, ALREADY_EXISTS, CONFLICT). The reducers themselves
 * judge an unsigned entry that follows everything seen, so the answer cannot differ from what replicas will say.
 */
export function checkFact({
  entries,
  device,
  fact,
  at,
  before = registryOf(entries),
}: IntendedFact): BenchmateError | null {
  const problem =
    imprudent(fact, before, device) ?? ignoredAs(intended({ entries, device, fact, at }, before.membership), entries);
  return problem && new BenchmateError(problem.code, problem.message, problem.nextStep);
}

function intended({ entries, device, fact, at }: IntendedFact, { seen, teamId }: Membership): HeldEntry {
  const { [device]: _own, ...after } = seen;
  const seq = entries.filter(({ entry }) => entry.author === device).length + 1;
  const hash = 'intended';
  return { hash, entry: { v: 1, team: teamId, author: device, seq, prev: '', after, at, fact, sig: '' } };
}

function ignoredAs(item: HeldEntry, entries: readonly HeldEntry[]): Refusal | null {
  return registryOf([...entries, item]).ignored.get(item.hash) ?? null;
}

/** What replicas would accept and a person would regret. */
function imprudent(fact: Fact, { models, membership }: Registry, device: string): Refusal | null {
  if (fact.kind === 'alias.promoted') {
    const alias = models
      .find(({ name }) => name === fact.model)
      ?.aliases.find(({ alias: name }) => name === fact.alias);
    if (alias?.contested)
      return refusal(
        'CONTESTED',
        `${fact.alias} of ${fact.model} is contested: two versions were promoted apart from each other.`,
        'Choose one of them by resolving it.',
      );
  }
  if (fact.kind === 'member.removed') {
    const owners = membership.members.filter(({ active, role }) => active && role === 'owner');
    if (owners.length === 1 && owners[0]?.device === fact.device && owners[0].device === device)
      return refusal('FORBIDDEN', 'The last owner cannot leave the team.', 'Make somebody else an owner first.');
  }
  return null;
}
