import type { RegistryThen } from '@benchmate/shared/domain/registry-then';
import { entriesThen, type Cut } from '@benchmate/shared/facts/as-of';
import { aliasesThen, nameDisagreements } from '@benchmate/shared/facts/as-of-registry';
import { GrowingRegistry } from '@benchmate/shared/facts/growing-registry';
import type { Registry } from '@benchmate/shared/facts/registry';
import { Slices } from '../../replication/feeds/slices.ts';

/** Replays what counted at a moment. A long history is replayed in slices, so that nobody else waits for it. */
export async function registryAsOf(present: Registry, cut: Cut, now: number): Promise<RegistryThen> {
  const { counted, disagreements } = entriesThen(present.membership.history, cut, now);
  const held = new GrowingRegistry(0);
  const slices = new Slices();
  held.add(counted);
  while (!held.catchUp(1)) if (slices.isOver) await slices.giveWay();
  const then = held.registry;
  return {
    at: 'until' in cut ? new Date(cut.until).toISOString() : null,
    entry: 'entry' in cut ? cut.entry.hash : null,
    entries: counted.length,
    later: present.entries.length - counted.length,
    models: [...then.models],
    aliases: aliasesThen(then),
    policies: then.policies,
    files: [...then.fileReviews()],
    disagreements: nameDisagreements(disagreements, present),
  };
}
