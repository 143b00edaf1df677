import { Histogram } from './histogram.ts';

/** What happened since the start of the process. */
export class Counters {
  updates = 0;
  entries = 0;
  compactions = 0;
  /** Updates and entries that their sender had no right to. */
  refused = 0;
  malformed = 0;
  /** Connections cut because they read too slowly. */
  laggards = 0;
  /** Times that a connection had to rest because it sent too fast. */
  rests = 0;
  /** Connections and updates that were over a quota. */
  overQuota = 0;
  /** Updates and entries that the storage did not take. */
  storageFailures = 0;
  /** Updates that are received and not committed yet: now, not since the start. */
  committing = 0;
  /** From the arrival of an update to its commit, which its acknowledgement follows at once. */
  readonly ackSeconds = new Histogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]);
  readonly compactionSeconds = new Histogram([0.01, 0.05, 0.1, 0.5, 1, 5, 30]);
  readonly #closed = new Map<number, number>();

  /** This server ended a connection, or did not let it in. */
  closed(code: number): void {
    this.#closed.set(code, (this.#closed.get(code) ?? 0) + 1);
  }

  get closedByCode(): ReadonlyMap<number, number> {
    return this.#closed;
  }
}
