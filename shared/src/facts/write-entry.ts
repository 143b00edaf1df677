import type { Entry, Fact, FeedVector } from './entry.ts';
import { held, signEntry, signEntryLater, type HeldEntry, type UnsignedEntry } from './entry-hash.ts';
import type { DeviceKeys } from './keys.ts';

export interface NextEntry {
  keys: DeviceKeys;
  /** Team id; empty for `team.founded` alone, whose hash becomes the id. */
  team: string;
  /** The author's last entry in this team; null for its first. */
  head: { seq: number; hash: string } | null;
  /** What the author has seen: `membershipOf(…).seen`. */
  seen: FeedVector;
  fact: Fact;
  /** The author's clock, ISO 8601 UTC. */
  at: string;
}

/** The signed next entry of a device's feed. Ask `checkFact` before, whether the fact will count. */
export const writeEntry = (next: NextEntry): HeldEntry => asStored(signEntry(unsignedEntry(next), next.keys));

/** The same with keys that sign beside the event loop: nothing else may write into the feed meanwhile. */
export const writeEntryLater = async (next: NextEntry): Promise<HeldEntry> =>
  asStored(await signEntryLater(unsignedEntry(next), next.keys));

function unsignedEntry({ keys, team, head, seen, fact, at }: NextEntry): UnsignedEntry {
  const after = Object.fromEntries(Object.entries(seen).filter(([device, seq]) => device !== keys.device && seq > 0));
  return {
    v: 1,
    team,
    author: keys.device,
    seq: (head?.seq ?? 0) + 1,
    prev: head?.hash ?? '',
    after,
    at,
    fact,
  };
}

/**
 * Through JSON, as stored entries come: an object made otherwise has V8 give up what it compiled for thousands of those, and the first
 * fact after a start holds the event loop up for 30 ms.
 */
const asStored = (entry: Entry): HeldEntry => held(JSON.parse(JSON.stringify(entry)) as Entry);
