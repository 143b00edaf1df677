import { randomBytes } from 'node:crypto';
import { SqliteBlocked } from './blocked.ts';
import { openStore, type OwnStore } from './database.ts';
import { SqliteCells } from './sqlite-cells.ts';
import { SqliteDocuments } from './documents.ts';
import { SqliteEntries } from './entries.ts';
import type { Storage } from './ports.ts';
import { SqliteBlobs } from './sqlite-blobs.ts';

/** The embedded storage: one file in the data directory, for one process. Whoever calls it waits for the disk in the calling thread. */
export class SqliteStorage implements Omit<Storage, 'failure'> {
  readonly documents: SqliteDocuments;
  readonly entries: SqliteEntries;
  readonly blocked: SqliteBlocked;
  readonly blobs: SqliteBlobs;
  readonly cells: SqliteCells;
  readonly #store: OwnStore;

  constructor(dataDir: string, maxBytes?: number) {
    this.#store = openStore(dataDir, maxBytes);
    this.documents = new SqliteDocuments(this.#store);
    this.entries = new SqliteEntries(this.#store);
    this.blocked = new SqliteBlocked(this.#store);
    this.blobs = new SqliteBlobs(this.#store);
    this.cells = new SqliteCells(this.#store);
  }

  secret(name: string): Promise<Uint8Array> {
    const { db } = this.#store;
    return this.#store.write(() => {
      db.prepare('INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING').run(name, randomBytes(32));
      return db.prepare<[string], Uint8Array>('SELECT value FROM secrets WHERE name = ?').pluck().get(name)!;
    });
  }

  async storedBytes(): Promise<number> {
    return this.#store.storedBytes();
  }

  /** Moves the log of writes into the database, as far as it goes while others write. Whether all of it is there. */
  async moveLog(): Promise<boolean> {
    return this.#isMoved();
  }

  /** Moves all of it and begins it anew, with a write that syncs its new head. Nobody else may write meanwhile. */
  async renewLog(): Promise<boolean> {
    if (!this.#isMoved()) return false;
    const { db } = this.#store;
    db.pragma(`user_version = ${String(db.pragma('user_version', { simple: true }))}`);
    return true;
  }

  #isMoved(): boolean {
    const moved = this.#store.db.prepare('PRAGMA wal_checkpoint(PASSIVE)').raw().get();
    const [busy, pages, done] = moved as [busy: number, pages: number, done: number];
    return busy === 0 && pages === done;
  }

  async close(): Promise<void> {
    this.#store.close();
  }
}
