import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';

interface SharedDocument {
  snapshot: Uint8Array | null;
  /** Number of the last update that the snapshot holds. */
  base: number;
  updates: { number: number; data: Uint8Array }[];
}

/** What several servers keep together, on a machine of its own that forgets nothing; it may be away. */
export class SharedDatabase {
  readonly machine = 'database';
  isUp = true;
  readonly documents = new Map<string, SharedDocument>();
  readonly entries = new Map<string, HeldEntry[]>();
  readonly blocked = new Map<string, number>();
  readonly secrets = new Map<string, Uint8Array>();
  /** Called before a snapshot takes the place of updates up to `last`. */
  replaces: (document: string, state: Uint8Array, read: { base: number; last: number }) => void = () => {};
}
