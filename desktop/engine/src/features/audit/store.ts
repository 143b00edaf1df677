import type { Sqlite } from '../../storage/database.ts';

/** An entry as it stands in the database, unread: what is damaged must be found, not thrown. */
export interface EntryRow {
  arrival: number;
  team: string;
  author: string;
  seq: number;
  hash: string;
  json: string;
}

/** Rows in order of arrival, of all teams: an entry of another team may be one of this team whose mark was damaged. */
export class EntryRows {
  readonly #db: Sqlite;

  constructor(db: Sqlite) {
    this.#db = db;
  }

  extent(): { entries: number; last: number } {
    return this.#db
      .prepare<[], { entries: number; last: number }>(
        'SELECT count(*) AS entries, coalesce(max(arrival), 0) AS last FROM feed_entry NOT INDEXED',
      )
      .get()!;
  }

  after(arrival: number, limit: number): EntryRow[] {
    return this.#db
      .prepare<[number, number], EntryRow>(
        'SELECT arrival, team, author, seq, hash, json FROM feed_entry NOT INDEXED WHERE arrival > ? ORDER BY arrival LIMIT ?',
      )
      .all(arrival, limit);
  }
}
