import * as Y from 'yjs';
import type { FeedVector } from '@benchmate/shared/facts/entry';
import type { DocumentVector } from '../../features/bundles/coverage.ts';
import type { Store } from '../../storage/database.ts';

/** How a team uses a shared folder. */
export interface FolderSettings {
  path: string;
  /** Null: the files are readable for whoever has them. */
  key: string | null;
  /** What the folder holds of each feed, as far as it was read. */
  feeds: FeedVector;
  /** Number of this device's next file: never used twice, whatever became of the files. */
  next: number;
}

/** A file that was taken in, or that this device wrote. */
export interface KnownFile {
  name: string;
  sizeBytes: number;
  modifiedMs: number;
  /** Since when it is not in the folder any more; null while it is. */
  missingSince: number | null;
}

/** A document with changes that did not come from the folder. */
export interface ChangedDocument {
  documentId: string;
  /** Grows with each update: what is cleared at a mark is not cleared of a later one. */
  mark: number;
}

/** What is known of the shared folder, and what waits for it. Methods that change something run inside `store.write`. */
export class FolderStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  read(team: string): FolderSettings | null {
    const row = this.#store.db
      .prepare<[string], { path: string; key: string | null; feeds: string; next: number; used: number }>(
        'SELECT path, key, feeds, next, used FROM folder WHERE team = ?',
      )
      .get(team);
    return row?.used ? { ...row, feeds: JSON.parse(row.feeds) as FeedVector } : null;
  }

  /** Begins with a folder of which nothing is known, so everything waits for it. */
  use(team: string, { path, key }: Pick<FolderSettings, 'path' | 'key'>): void {
    this.#store.db
      .prepare(
        `INSERT INTO folder (team, path, key, feeds, next, used) VALUES (?, ?, ?, '{}', 1, 1)
         ON CONFLICT (team) DO UPDATE SET path = excluded.path, key = excluded.key, used = 1`,
      )
      .run(team, path, key);
    this.forget(team);
  }

  leave(team: string): void {
    this.forget(team);
    this.#store.db.prepare('UPDATE folder SET used = 0, key = NULL WHERE team = ?').run(team);
    this.#store.db.prepare('DELETE FROM folder_changed WHERE document_id >= ? AND document_id < ?').run(...range(team));
  }

  /** What the folder holds is found out anew by reading it; until then everything waits. */
  forget(team: string): void {
    const { db } = this.#store;
    db.prepare("UPDATE folder SET feeds = '{}' WHERE team = ?").run(team);
    db.prepare('DELETE FROM folder_file WHERE team = ?').run(team);
    db.prepare('DELETE FROM folder_document WHERE document_id >= ? AND document_id < ?').run(...range(team));
    for (const table of ['document_snapshot', 'document_update'])
      db.prepare(
        `INSERT INTO folder_changed (document_id, mark, since, bytes)
         SELECT document_id, 1, unixepoch() * 1000, sum(length(bytes)) FROM ${table}
         WHERE document_id >= ? AND document_id < ? GROUP BY document_id
         ON CONFLICT (document_id) DO UPDATE SET mark = mark + 1, bytes = bytes + excluded.bytes`,
      ).run(...range(team));
  }

  setNext(team: string, next: number): void {
    this.#store.db.prepare('UPDATE folder SET next = max(next, ?) WHERE team = ?').run(next, team);
  }

  setFeeds(team: string, feeds: FeedVector): void {
    this.#store.db.prepare('UPDATE folder SET feeds = ? WHERE team = ?').run(JSON.stringify(feeds), team);
  }

  files(team: string): Map<string, KnownFile> {
    const rows = this.#store.db
      .prepare<[string], KnownFile>(
        'SELECT name, size AS sizeBytes, modified AS modifiedMs, missing_since AS missingSince FROM folder_file WHERE team = ?',
      )
      .all(team);
    return new Map(rows.map(row => [row.name, row]));
  }

  setFile(team: string, { name, sizeBytes, modifiedMs, missingSince }: KnownFile): void {
    this.#store.db
      .prepare('INSERT OR REPLACE INTO folder_file (team, name, size, modified, missing_since) VALUES (?, ?, ?, ?, ?)')
      .run(team, name, sizeBytes, modifiedMs, missingSince);
  }

  removeFile(team: string, name: string): void {
    this.#store.db.prepare('DELETE FROM folder_file WHERE team = ? AND name = ?').run(team, name);
  }

  /** How far the folder holds a document; empty where nothing of it was read. */
  document(documentId: string): DocumentVector {
    const row = this.#store.db
      .prepare<[string], { vector: Uint8Array }>('SELECT vector FROM folder_document WHERE document_id = ?')
      .get(documentId);
    return row ? Y.decodeStateVector(row.vector) : new Map<number, number>();
  }

  setDocument(documentId: string, vector: DocumentVector): void {
    this.#store.db
      .prepare('INSERT OR REPLACE INTO folder_document (document_id, vector) VALUES (?, ?)')
      .run(documentId, Y.encodeStateVector(vector));
  }

  changed(team: string): ChangedDocument[] {
    return this.#store.db
      .prepare<[string, string], ChangedDocument>(
        'SELECT document_id AS documentId, mark FROM folder_changed WHERE document_id >= ? AND document_id < ?',
      )
      .all(...range(team));
  }

  /** What waits of the documents: how many, how much (about), since when. */
  waiting(team: string): { documents: number; bytes: number; since: number | null } {
    return this.#store.db
      .prepare<[string, string], { documents: number; bytes: number; since: number | null }>(
        `SELECT count(*) AS documents, coalesce(sum(bytes), 0) AS bytes, min(since) AS since
         FROM folder_changed WHERE document_id >= ? AND document_id < ?`,
      )
      .get(...range(team))!;
  }

  /** Nothing up to `mark` waits any more. */
  clear({ documentId, mark }: ChangedDocument): void {
    this.#store.db.prepare('DELETE FROM folder_changed WHERE document_id = ? AND mark = ?').run(documentId, mark);
  }
}

/** `/` is the character after the dot that ends a team's id. */
const range = (team: string): [string, string] => [`${team}.`, `${team}/`];
