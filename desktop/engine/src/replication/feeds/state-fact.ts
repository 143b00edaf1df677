import { checkFact } from '@benchmate/shared/facts/check-fact';
import type { Fact } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { Registry } from '@benchmate/shared/facts/registry';
import type { Clock } from '../../host/clock.ts';
import type { FeedReplica } from './replica.ts';

/**
 * States a fact as this device after asking the rules: throws the refusal that every replica would give, before anything
 * is signed. `describe` is called with the state that the fact will follow. Settles after the commit.
 */
export async function stateFact(
  replica: FeedReplica,
  clock: Clock,
  describe: (registry: Registry) => Fact,
): Promise<HeldEntry> {
  const [added] = await stateFacts(replica, clock, [describe]);
  return added!;
}

/** Several facts, each judged after the ones before it; all are stated or none. */
export function stateFacts(
  replica: FeedReplica,
  clock: Clock,
  facts: readonly ((registry: Registry) => Fact)[],
): Promise<HeldEntry[]> {
  return replica.appendAll(
    facts.map(describe => () => {
      const fact = describe(replica.registry);
      const at = new Date(clock.now()).toISOString();
      const problem = checkFact({ held: replica.held, device: replica.keys.device, fact, at });
      if (problem) throw problem;
      return fact;
    }),
  );
}
