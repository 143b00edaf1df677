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
}
