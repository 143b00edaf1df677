import type { Statement } from 'better-sqlite3';
import type { Entry } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { Sqlite } from './database.ts';

/** The feeds' entries of all teams. `append` belongs inside `Store.write`. */
export class EntryLog {
  readonly #append: Statement<[string, string, number, string, string]>;
  readonly #ofTeam: Statement<[string], string>;
  readonly #counts: Statement<[], { teams: number; entries: number }>;

  constructor(db: Sqlite) {
    this.#append = db.prepare('INSERT INTO entries (team, author, seq, hash, entry) VALUES (?, ?, ?, ?, ?)');
    this.#ofTeam = db
      .prepare<[string], string>('SELECT entry FROM entries WHERE team = ? ORDER BY author, seq')
      .pluck();
    this.#counts = db.prepare('SELECT count(DISTINCT team) AS teams, count(*) AS entries FROM entries');
  }

  append(team: string, { hash, entry }: HeldEntry): void {
    this.#append.run(team, entry.author, entry.seq, hash, JSON.stringify(entry));
  }

  /** By author, in order of `seq`. */
  ofTeam(team: string): Entry[] {
    return this.#ofTeam.all(team).map(text => JSON.parse(text) as Entry);
  }

  counts(): { teams: number; entries: number } {
    return this.#counts.get()!;
  }
}
