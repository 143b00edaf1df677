import type { Sqlite } from '../../storage/database.ts';

/** An entry as it stands in the database, unread: what is damaged must be found, not thrown. */
export interface EntryRow {
  arrival: number;
  team: string;
  author: string;
  seq: number;
  hash: string;
  json: string;
  /** Evidence of a second history. */
  rival: boolean;
}

/** Evidence is counted from here on, behind everything that arrived. */
const rivalsFrom = 2 ** 40;

/** Rows in order of arrival, of all teams, then evidence: an entry of another team may be one of this team whose mark was damaged. */
export class EntryRows {
  readonly #db: Sqlite;

  constructor(db: Sqlite) {
    this.#db = db;
  }

  extent(): { entries: number; last: number } {
    const entries = this.#count('feed_entry');
    const rivals = this.#count('feed_fork');
    const last = rivals.rows > 0 ? rivalsFrom + rivals.last : entries.last;
    return { entries: entries.rows + rivals.rows, last };
  }

  after(arrival: number, limit: number): EntryRow[] {
    const rows = arrival < rivalsFrom ? this.#rows('feed_entry', arrival, limit) : [];
    if (rows.length === limit) return rows.map(row => ({ ...row, rival: false }));
    const rivals = this.#rows('feed_fork', Math.max(0, arrival - rivalsFrom), limit - rows.length);
    return [
      ...rows.map(row => ({ ...row, rival: false })),
      ...rivals.map(row => ({ ...row, arrival: rivalsFrom + row.arrival, rival: true })),
    ];
  }

  #count(table: Table): { rows: number; last: number } {
    return this.#db
      .prepare<[], { rows: number; last: number }>(
        `SELECT count(*) AS rows, coalesce(max(arrival), 0) AS last FROM ${table} NOT INDEXED`,
      )
      .get()!;
  }

  #rows(table: Table, arrival: number, limit: number): Omit<EntryRow, 'rival'>[] {
    return this.#db
      .prepare<[number, number], Omit<EntryRow, 'rival'>>(
        `SELECT arrival, team, author, seq, hash, json FROM ${table} NOT INDEXED WHERE arrival > ? ORDER BY arrival LIMIT ?`,
      )
      .all(arrival, limit);
  }
}

type Table = 'feed_entry' | 'feed_fork';
