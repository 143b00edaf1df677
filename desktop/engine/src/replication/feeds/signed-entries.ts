import type { Entry } from '@benchmate/shared/facts/entry';
import { held, verifyEntry, type HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { Feeds } from '@benchmate/shared/facts/feeds';
import { Slices } from './slices.ts';

export interface CheckedEntry {
  item: HeldEntry;
  isSigned: () => boolean;
}

/** Hashes and checks signatures, which takes a millisecond an entry, while others have their turn. */
export async function checkSignatures(entries: readonly Entry[], feeds: Feeds): Promise<CheckedEntry[]> {
  const checked: CheckedEntry[] = [];
  const slices = new Slices();
  for (const entry of entries) {
    const item = held(entry);
    const isKnown = entry.seq <= (feeds.head(entry.author)?.seq ?? 0); // most probably the same: that is seen by the hash
    const signed = isKnown ? undefined : verifyEntry(entry);
    checked.push({ item, isSigned: () => signed ?? verifyEntry(entry) });
    if (slices.isOver) await slices.giveWay();
  }
  return checked;
}
