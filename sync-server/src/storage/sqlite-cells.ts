import type { Statement } from 'better-sqlite3';
import type { Store } from './database.ts';
import type { Cell, Cells } from './ports.ts';

/** Short-lived values in SQLite. */
export class SqliteCells implements Cells {
  readonly #store: Store;
  readonly #read: Statement<[string], Cell>;
  readonly #add: Statement<[string, string, number]>;
  readonly #replace: Statement<[string, number, string, number]>;
  readonly #forget: Statement<[number]>;

  constructor(store: Store) {
    this.#store = store;
    const { db } = store;
    this.#read = db.prepare('SELECT value, version, expires AS expiresAt FROM cell WHERE key = ?');
    this.#add = db.prepare(
      'INSERT INTO cell (key, value, version, expires) VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING',
    );
    this.#replace = db.prepare(
      'UPDATE cell SET value = ?, expires = ?, version = version + 1 WHERE key = ? AND version = ?',
    );
    this.#forget = db.prepare('DELETE FROM cell WHERE expires <= ?');
  }

  read(key: string): Promise<Cell | null> {
    return this.#store.read(() => this.#read.get(key) ?? null);
  }

  write(key: string, value: string, { version, expiresAt }: Omit<Cell, 'value'>): Promise<boolean> {
    return this.#store.write(() => {
      const { changes } =
        version === 0 ? this.#add.run(key, value, expiresAt) : this.#replace.run(value, expiresAt, key, version);
      return changes > 0;
    });
  }

  forget(before: number): Promise<void> {
    return this.#store.write(() => {
      this.#forget.run(before);
    });
  }
}
