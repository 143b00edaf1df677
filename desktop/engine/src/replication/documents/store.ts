import type { Store } from '../../storage/database.ts';

/** What keeps documents: this database, or a browser's. */
export type DocumentKeeper = Pick<DocumentStore, keyof DocumentStore>;

/** The update logs of shared documents. Methods that change something run inside `store.write`. */
export class DocumentStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Snapshot first, then the updates after it, in order. Empty for a document that was never written. */
  load(documentId: string): { updates: Uint8Array[]; logLength: number } {
    const snapshot = this.#store.db
      .prepare<[string], { bytes: Uint8Array }>('SELECT bytes FROM document_snapshot WHERE document_id = ?')
      .get(documentId);
    const log = this.#store.db
      .prepare<[string], { bytes: Uint8Array }>(
        'SELECT bytes FROM document_update WHERE document_id = ? ORDER BY sequence',
      )
      .all(documentId);
    return { updates: [...(snapshot ? [snapshot] : []), ...log].map(row => row.bytes), logLength: log.length };
  }

  append(documentId: string, bytes: Uint8Array): void {
    this.#store.db.prepare('INSERT INTO document_update (document_id, bytes) VALUES (?, ?)').run(documentId, bytes);
  }

  /** Puts a state that holds all logged updates in the place of the log. */
  compact(documentId: string, bytes: Uint8Array): void {
    this.#store.db
      .prepare('INSERT OR REPLACE INTO document_snapshot (document_id, bytes) VALUES (?, ?)')
      .run(documentId, bytes);
    this.#store.db.prepare('DELETE FROM document_update WHERE document_id = ?').run(documentId);
  }

  /** For good: for documents of this device alone. */
  remove(documentId: string): void {
    for (const table of ['document_update', 'document_snapshot', 'document_unshared'])
      this.#store.db.prepare(`DELETE FROM ${table} WHERE document_id = ?`).run(documentId);
  }

  /** An update was written here under this number and waits for the sync server. */
  markUnshared(documentId: string, number: number, sizeBytes: number): void {
    this.#store.db
      .prepare('INSERT OR IGNORE INTO document_unshared (document_id, number, size_bytes) VALUES (?, ?, ?)')
      .run(documentId, number, sizeBytes);
  }

  /** Every document of the team waits, however much of it: what a new sync server holds is not known. Numbers begin at 1. */
  markAllUnshared(teamId: string): void {
    for (const documentId of this.list(teamId)) this.markUnshared(documentId, 0, this.#weigh(documentId));
  }

  /** The sync server committed everything up to `number`. */
  markShared(documentId: string, number: number): void {
    if (this.unshared(documentId).length === 0) return; // spares the disk a write for each document at each connection
    this.#store.db
      .prepare('DELETE FROM document_unshared WHERE document_id = ? AND number <= ?')
      .run(documentId, number);
  }

  /** Numbers that wait, ascending. */
  unshared(documentId: string): number[] {
    return this.#store.db
      .prepare<[string], { number: number }>(
        'SELECT number FROM document_unshared WHERE document_id = ? ORDER BY number',
      )
      .all(documentId)
      .map(row => row.number);
  }

  /** Updates of a team's documents that wait for the sync server. */
  countUnshared(teamId: string): number {
    return this.#store.db
      .prepare<[string, string], { count: number }>(
        'SELECT count(*) AS count FROM document_unshared WHERE document_id >= ? AND document_id < ?',
      )
      .get(...range(teamId))!.count;
  }

  /** About how much waits for the sync server. */
  weighUnshared(teamId: string): number {
    return this.#store.db
      .prepare('SELECT coalesce(sum(size_bytes), 0) FROM document_unshared WHERE document_id >= ? AND document_id < ?')
      .pluck()
      .get(...range(teamId)) as number;
  }

  #weigh(documentId: string): number {
    return this.load(documentId).updates.reduce((sum, { length }) => sum + length, 0);
  }

  /** Documents of a team that were ever written here; more generally, whose ids begin with this and a dot. */
  list(teamId: string): string[] {
    return this.#store.db
      .prepare<[string, string, string, string], { id: string }>(
        `SELECT document_id AS id FROM document_snapshot WHERE document_id >= ? AND document_id < ?
         UNION SELECT document_id FROM document_update WHERE document_id >= ? AND document_id < ?`,
      )
      .all(...range(teamId), ...range(teamId))
      .map(row => row.id);
  }
}

/** `/` is the character after the dot that ends a team's id. */
const range = (teamId: string): [string, string] => [`${teamId}.`, `${teamId}/`];
