import { randomBytes } from 'node:crypto';
import type { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { SqliteBlocked } from './blocked.ts';
import { openStore, type Store } from './database.ts';
import { SqliteCells } from './sqlite-cells.ts';
import { SqliteDocuments } from './documents.ts';
import { SqliteEntries } from './entries.ts';
import type { Storage } from './ports.ts';
import { SqliteBlobs } from './sqlite-blobs.ts';

/** The embedded storage: one file in the data directory, for one process. */
export class SqliteStorage implements Storage {
  readonly documents: SqliteDocuments;
  readonly entries: SqliteEntries;
  readonly blocked: SqliteBlocked;
  readonly blobs: SqliteBlobs;
  readonly cells: SqliteCells;
  readonly #store: Store;

  constructor(dataDir: string, maxBytes?: number) {
    this.#store = openStore(dataDir, maxBytes);
    this.documents = new SqliteDocuments(this.#store);
    this.entries = new SqliteEntries(this.#store);
    this.blocked = new SqliteBlocked(this.#store);
    this.blobs = new SqliteBlobs(this.#store);
    this.cells = new SqliteCells(this.#store);
  }

  /** Calls back when `failure` begins or ends. */
  onFailure(changed: () => void): void {
    this.#store.onFailure = changed;
  }

  get failure(): BenchmateError | null {
    return this.#store.failure;
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

  async close(): Promise<void> {
    this.#store.close();
  }
}
