import type { Statement } from 'better-sqlite3';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Entry } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { Store } from './database.ts';
import type { EntryStore } from './ports.ts';

/** Entries in SQLite. */
export class SqliteEntries implements EntryStore {
  readonly #store: Store;
  readonly #append: Statement<[string, string, number, string, string]>;
  readonly #hash: Statement<[string, string, number], string>;
  readonly #ofTeam: Statement<[string], string>;
  readonly #teams: Statement<[], string>;
  readonly #counts: Statement<[], { teams: number; entries: number }>;

  constructor(store: Store) {
    this.#store = store;
    const { db } = store;
    this.#append = db.prepare(
      'INSERT INTO entries (team, author, seq, hash, entry) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#hash = db
      .prepare<[string, string, number], string>('SELECT hash FROM entries WHERE team = ? AND author = ? AND seq = ?')
      .pluck();
    this.#ofTeam = db
      .prepare<[string], string>('SELECT entry FROM entries WHERE team = ? ORDER BY author, seq')
      .pluck();
    this.#teams = db.prepare<[], string>('SELECT DISTINCT team FROM entries ORDER BY team').pluck();
    this.#counts = db.prepare('SELECT count(DISTINCT team) AS teams, count(*) AS entries FROM entries');
  }

  append(team: string, entries: readonly HeldEntry[]): Promise<void> {
    return this.#store.write(() => {
      for (const { hash, entry } of entries) {
        const { changes } = this.#append.run(team, entry.author, entry.seq, hash, JSON.stringify(entry));
        if (changes === 0 && this.#hash.get(team, entry.author, entry.seq) !== hash) throw forked();
      }
    });
  }

  ofTeam(team: string): Promise<Entry[]> {
    return this.#store.read(() => this.#ofTeam.all(team).map(text => JSON.parse(text) as Entry));
  }

  async teams(): Promise<string[]> {
    return this.#teams.all();
  }

  async counts(): Promise<{ teams: number; entries: number }> {
    return this.#counts.get()!;
  }
}

/** Another entry is stored under that number. */
export const forked = (): BenchmateError =>
  new BenchmateError('CONFLICT', 'The device wrote another entry under this number before.');
