import { BenchmateError } from '../errors/benchmate-error.ts';
import type { Fact } from './entry.ts';
import type { GrowingRegistry } from './growing-registry.ts';
import { refusal, type Refusal } from './refusal.ts';
import type { Registry } from './registry.ts';

export interface IntendedFact {
  /** All that is held, taken up. */
  held: GrowingRegistry;
  device: string;
  fact: Fact;
  at: string;
}

/**
 * What would become of a fact if this device stated it now, before anything is signed: null when it would count, else the
 * error to show (NEEDS_APPROVAL, FORBIDDEN, CONTESTED, NOT_FOUND, ALREADY_EXISTS, CONFLICT). The reducers themselves
 * judge an unsigned entry that follows everything seen, so the answer cannot differ from what replicas will say.
 */
export function checkFact({ held, device, fact, at }: IntendedFact): BenchmateError | null {
  const { registry } = held;
  const { [device]: _own, ...after } = registry.membership.seen;
  const { teamId: team } = registry.membership;
  const entry = { v: 1 as const, team, author: device, seq: held.nextSeq(device), prev: '', after, at, fact, sig: '' };
  const problem = imprudent(fact, registry) ?? held.judge({ hash: 'intended', entry });
  return problem && new BenchmateError(problem.code, problem.message, problem.nextStep);
}

/** What replicas would accept and a person would regret. */
function imprudent(fact: Fact, { models, membership }: Registry): Refusal | null {
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
    const { members } = membership;
    const person = members.find(member => member.device === fact.device)?.person;
    const owners = members.filter(({ active, role }) => active && role === 'owner');
    if (owners.length === 1 && owners[0]!.device === fact.device)
      return refusal('FORBIDDEN', 'The last owner cannot leave the team.', 'Make somebody else an owner first.');
    const isLast = members.filter(member => member.active && member.person === person).length === 1;
    if (isLast && members.some(({ active, agentOf }) => active && agentOf === person))
      return refusal('CONFLICT', 'This is the last device of a member who has agents.', 'Remove the member instead.');
  }
  return null;
}
