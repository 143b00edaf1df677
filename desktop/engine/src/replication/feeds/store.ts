import type { Entry, FeedVector } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { Store } from '../../storage/database.ts';

const pageLength = 200;

/** What keeps feeds: this database, or a browser's. */
export type FeedKeeper = Pick<FeedStore, keyof FeedStore>;

/** The feeds that this device holds, per team, append-only. Methods that change something run inside `store.write`. */
export class FeedStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  append(team: string, { hash, entry }: HeldEntry): void {
    this.#store.db
      .prepare('INSERT INTO feed_entry (team, author, seq, hash, json) VALUES (?, ?, ?, ?, ?)')
      .run(team, entry.author, entry.seq, hash, JSON.stringify(entry));
  }

  /** Evidence of an author's second history. */
  appendFork(team: string, { hash, entry }: HeldEntry): void {
    this.#store.db
      .prepare('INSERT OR IGNORE INTO feed_fork (team, author, seq, hash, json) VALUES (?, ?, ?, ?, ?)')
      .run(team, entry.author, entry.seq, hash, JSON.stringify(entry));
  }

  forks(team: string): HeldEntry[] {
    return this.#store.db
      .prepare<[string], { hash: string; json: string }>(
        'SELECT hash, json FROM feed_fork WHERE team = ? ORDER BY arrival',
      )
      .all(team)
      .map(({ hash, json }) => ({ hash, entry: JSON.parse(json) as Entry }));
  }

  /**
   * In order of arrival, so each author's in order of `seq`, page by page. Neither shape nor hash is checked again:
   * `store check` does that.
   */
  *pages(team: string): Generator<HeldEntry[], void> {
    // The index of the unique columns would have every page sort the whole team.
    const select = this.#store.db.prepare<[string, number, number], { arrival: number; hash: string; json: string }>(
      'SELECT arrival, hash, json FROM feed_entry NOT INDEXED WHERE team = ? AND arrival > ? ORDER BY arrival LIMIT ?',
    );
    for (let last = 0; ;) {
      const rows = select.all(team, last, pageLength);
      if (rows.length === 0) return;
      yield rows.map(({ hash, json }) => ({ hash, entry: JSON.parse(json) as Entry }));
      last = rows.at(-1)!.arrival;
    }
  }

  /** How much an author's entries after `seq` weigh, and when the first of them was signed. */
  weightAfter(team: string, author: string, seq: number): { sizeBytes: number; oldest: string | null } {
    return this.#store.db
      .prepare<[string, string, number], { sizeBytes: number; oldest: string | null }>(
        `SELECT coalesce(sum(octet_length(json)), 0) AS sizeBytes, min(json ->> 'at') AS oldest
         FROM feed_entry WHERE team = ? AND author = ? AND seq > ?`,
      )
      .get(team, author, seq)!;
  }

  /** Highest seq per author that the sync server committed. */
  shared(team: string): FeedVector {
    const rows = this.#store.db
      .prepare<[string], { author: string; seq: number }>('SELECT author, seq FROM feed_shared WHERE team = ?')
      .all(team);
    return Object.fromEntries(rows.map(({ author, seq }) => [author, seq]));
  }

  setShared(team: string, vector: FeedVector): void {
    this.#store.db.prepare('DELETE FROM feed_shared WHERE team = ?').run(team);
    const insert = this.#store.db.prepare('INSERT INTO feed_shared (team, author, seq) VALUES (?, ?, ?)');
    for (const [author, seq] of Object.entries(vector)) insert.run(team, author, seq);
  }
}
