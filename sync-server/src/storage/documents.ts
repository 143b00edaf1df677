import type { Statement } from 'better-sqlite3';
import type { Store } from './database.ts';
import type { DocumentStore, StoredDocument } from './ports.ts';

interface Update {
  number: number;
  data: Buffer;
}

/** Documents in SQLite. */
export class SqliteDocuments implements DocumentStore {
  readonly #store: Store;
  readonly #numberOf: Statement<[string], number>;
  readonly #create: Statement<[string], number>;
  readonly #append: Statement<[number, Uint8Array]>;
  readonly #updates: Statement<[number, number], Update>;
  readonly #snapshot: Statement<[number], { data: Buffer; upto: number }>;
  readonly #keep: Statement<[number, Uint8Array, number]>;
  readonly #drop: Statement<[number, number]>;
  readonly #count: Statement<[], number>;
  readonly #names: Statement<[], string>;
  readonly #largest: Statement<[number], { name: string; bytes: number; updates: number }>;

  constructor(store: Store) {
    this.#store = store;
    const { db } = store;
    this.#numberOf = db.prepare<[string], number>('SELECT document FROM document WHERE name = ?').pluck();
    this.#create = db.prepare<[string], number>('INSERT INTO document (name) VALUES (?) RETURNING document').pluck();
    this.#append = db.prepare('INSERT INTO updates (document, data) VALUES (?, ?)');
    this.#updates = db.prepare('SELECT number, data FROM updates WHERE document = ? AND number > ? ORDER BY number');
    this.#snapshot = db.prepare('SELECT data, upto FROM snapshots WHERE document = ?');
    this.#keep = db.prepare(
      'INSERT INTO snapshots (document, data, upto) VALUES (?, ?, ?) ' +
        'ON CONFLICT (document) DO UPDATE SET data = excluded.data, upto = excluded.upto',
    );
    this.#drop = db.prepare('DELETE FROM updates WHERE document = ? AND number <= ?');
    this.#count = db.prepare<[], number>('SELECT count(*) FROM document').pluck();
    this.#names = db.prepare<[], string>('SELECT name FROM document ORDER BY name').pluck();
    this.#largest = db.prepare(
      `SELECT name, coalesce(s.bytes, 0) + coalesce(u.bytes, 0) AS bytes, coalesce(u.updates, 0) AS updates
       FROM document
       LEFT JOIN (SELECT document, length(data) AS bytes FROM snapshots) s USING (document)
       LEFT JOIN (SELECT document, sum(length(data)) AS bytes, count(*) AS updates FROM updates GROUP BY document) u
         USING (document)
       ORDER BY bytes DESC LIMIT ?`,
    );
  }

  append(name: string, update: Uint8Array): Promise<number> {
    return this.#store.write(() => {
      const document = this.#numberOf.get(name) ?? this.#create.get(name)!;
      return Number(this.#append.run(document, update).lastInsertRowid);
    });
  }

  read(name: string): Promise<StoredDocument> {
    return this.#store.read(() => {
      const document = this.#numberOf.get(name);
      const snapshot = document === undefined ? undefined : this.#snapshot.get(document);
      const base = snapshot?.upto ?? 0;
      const updates = document === undefined ? [] : this.#updates.all(document, base);
      const parts = [...(snapshot ? [snapshot.data] : []), ...updates.map(({ data }) => data)];
      return {
        parts,
        base,
        last: updates.at(-1)?.number ?? base,
        snapshotBytes: snapshot?.data.length ?? 0,
        updates: updates.length,
        bytes: parts.reduce((sum, { length }) => sum + length, 0),
      };
    });
  }

  after(name: string, number: number): Promise<{ updates: Uint8Array[]; last: number } | null> {
    return this.#store.read(() => {
      const document = this.#numberOf.get(name);
      if (document === undefined) return { updates: [], last: number };
      if ((this.#snapshot.get(document)?.upto ?? 0) > number) return null;
      const updates = this.#updates.all(document, number);
      return { updates: updates.map(({ data }) => data), last: updates.at(-1)?.number ?? number };
    });
  }

  async heads(names: readonly string[]): Promise<Record<string, number>> {
    const heads: Record<string, number> = {};
    for (const name of names) {
      const { last } = await this.read(name);
      if (last > 0) heads[name] = last;
    }
    return heads;
  }

  replace(name: string, state: Uint8Array, { base, last }: Pick<StoredDocument, 'base' | 'last'>): Promise<boolean> {
    return this.#store.tidy(() => {
      const document = this.#numberOf.get(name);
      if (document === undefined || (this.#snapshot.get(document)?.upto ?? 0) !== base) return false;
      this.#keep.run(document, state, last);
      this.#drop.run(document, last);
      return true;
    });
  }

  settled(): Promise<void> {
    return this.#store.read(() => {});
  }

  async count(): Promise<number> {
    return this.#count.get()!;
  }

  names(): Promise<string[]> {
    return this.#store.read(() => this.#names.all());
  }

  async largest(limit: number): Promise<{ name: string; bytes: number; updates: number }[]> {
    return this.#largest.all(limit);
  }
}
