import type { Statement } from 'better-sqlite3';
import * as Y from 'yjs';
import type { Sqlite } from './database.ts';

/** What a Yjs document without content encodes to. */
export const emptyUpdate: Uint8Array = new Uint8Array([0, 0]);

export interface StoredDocument {
  /** Everything as one update. */
  state: Uint8Array;
  /** Updates since the last compaction. */
  updates: number;
}

/** Documents as logs of updates. Synchronous: call it inside `Store.write`. */
export class DocumentLog {
  readonly #numberOf: Statement<[string], number>;
  readonly #create: Statement<[string], number>;
  readonly #append: Statement<[number, Uint8Array]>;
  readonly #updates: Statement<[number], Buffer>;
  readonly #snapshot: Statement<[number], Buffer>;
  readonly #keep: Statement<[number, Uint8Array]>;
  readonly #drop: Statement<[number]>;
  readonly #count: Statement<[], number>;

  constructor(db: Sqlite) {
    this.#numberOf = db.prepare<[string], number>('SELECT document FROM document WHERE name = ?').pluck();
    this.#create = db.prepare<[string], number>('INSERT INTO document (name) VALUES (?) RETURNING document').pluck();
    this.#append = db.prepare('INSERT INTO updates (document, data) VALUES (?, ?)');
    this.#updates = db.prepare<[number], Buffer>('SELECT data FROM updates WHERE document = ? ORDER BY number').pluck();
    this.#snapshot = db.prepare<[number], Buffer>('SELECT data FROM snapshots WHERE document = ?').pluck();
    this.#keep = db.prepare(
      'INSERT INTO snapshots (document, data) VALUES (?, ?) ON CONFLICT (document) DO UPDATE SET data = excluded.data',
    );
    this.#drop = db.prepare('DELETE FROM updates WHERE document = ?');
    this.#count = db.prepare<[], number>('SELECT count(*) FROM document').pluck();
  }

  append(name: string, update: Uint8Array): void {
    this.#append.run(this.#numberOf.get(name) ?? this.#create.get(name)!, update);
  }

  read(name: string): StoredDocument {
    const document = this.#numberOf.get(name);
    if (document === undefined) return { state: emptyUpdate, updates: 0 };
    const snapshot = this.#snapshot.get(document);
    const updates = this.#updates.all(document);
    const parts = snapshot ? [snapshot, ...updates] : updates;
    return { state: parts.length === 1 ? parts[0]! : Y.mergeUpdates(parts), updates: updates.length };
  }

  /** Replaces the log by one merged update. */
  compact(name: string): void {
    const document = this.#numberOf.get(name);
    if (document === undefined) return;
    this.#keep.run(document, this.read(name).state);
    this.#drop.run(document);
  }

  count(): number {
    return this.#count.get()!;
  }
}
