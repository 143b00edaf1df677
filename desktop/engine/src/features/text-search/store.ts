import type { TextHit } from '@benchmate/shared/domain/text-hit';
import type { Sqlite, Store } from '../../storage/database.ts';
import { linksOf, type Entry } from './entries.ts';
import { folded } from './words.ts';

interface Kept {
  entryNo: number;
  itemId: string;
  title: string;
  author: string;
  at: number;
  body: string;
}

/** Words are kept without the text: that is in `text_entry`. Accents and case are gone before (`words.ts`). */
const createIndex = `CREATE VIRTUAL TABLE text_index
  USING fts5(title, body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', prefix='1 2 3')`;

export const hasIndex = (db: Sqlite): boolean =>
  db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'text_index'`).pluck().get() === 1;

/** What search keeps. Methods that change something run inside `Store.write`. */
export class TextStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get isThere(): boolean {
    return hasIndex(this.#store.db);
  }

  /** An empty index, and every document waits to be looked at. */
  reset(): void {
    const { db } = this.#store;
    db.exec(`DROP TABLE IF EXISTS text_index; ${createIndex}; DELETE FROM text_entry; DELETE FROM text_link;
      INSERT OR REPLACE INTO text_due (document_id, mark)
        SELECT document_id, 0 FROM (SELECT document_id FROM document_snapshot UNION SELECT document_id FROM document_update)
        WHERE document_id NOT GLOB 'draft.*'`);
  }

  /** Documents that changed: those of projects first, which say what the others are. `mark` says which change. */
  due(limit: number): { documentId: string; mark: number }[] {
    return this.#store.db
      .prepare<[number], { documentId: string; mark: number }>(
        `SELECT document_id AS documentId, mark FROM text_due ORDER BY document_id GLOB '*.project.*' DESC, mark LIMIT ?`,
      )
      .all(limit);
  }

  countDue(): number {
    return this.#store.db.prepare('SELECT count(*) FROM text_due').pluck().get() as number;
  }

  /** It was looked at as it was after the change `mark`. */
  looked({ documentId, mark }: { documentId: string; mark: number }): void {
    this.#store.db.prepare('DELETE FROM text_due WHERE document_id = ? AND mark = ?').run(documentId, mark);
  }

  markDue(documentId: string): void {
    this.#store.db
      .prepare(
        'INSERT OR REPLACE INTO text_due (document_id, mark) VALUES (?, (SELECT coalesce(max(mark), 0) + 1 FROM text_due))',
      )
      .run(documentId);
  }

  hasEntries(documentId: string): boolean {
    return this.#store.db.prepare('SELECT 1 FROM text_entry WHERE document_id = ?').pluck().get(documentId) === 1;
  }

  countEntries(): number {
    return this.#store.db.prepare('SELECT count(*) FROM text_entry').pluck().get() as number;
  }

  /** Notes of a project as last indexed, without their texts. */
  notesOf(
    team: string,
    project: string,
  ): { documentId: string; itemId: string; title: string; author: string; at: number }[] {
    return this.#store.db
      .prepare<[string, string], { documentId: string; itemId: string; title: string; author: string; at: number }>(
        `SELECT document_id AS documentId, item_id AS itemId, title, author, at FROM text_entry
         WHERE team = ? AND project = ? AND kind = 'note'`,
      )
      .all(team, project);
  }

  /** What is known of the document's note: its head, and where it belongs. */
  noteIn(documentId: string): (Entry & { kind: 'note' }) | null {
    const row = this.#store.db
      .prepare<[string], Omit<Entry, 'author'> & { author: string }>(
        `SELECT team, project, document_id AS documentId, kind, item_id AS itemId, thread_id AS threadId, title, author, at, '' AS body,
           (SELECT substr(target, 7) FROM text_link l WHERE l.entry_no = e.entry_no AND target GLOB 'about:*') AS about
         FROM text_entry e WHERE document_id = ? AND kind = 'note'`,
      )
      .get(documentId);
    return row ? { ...row, kind: 'note', author: JSON.parse(row.author) as Entry['author'] } : null;
  }

  /** What points at one of these targets, newest first. */
  linkingTo(team: string, targets: readonly string[], limit: number): Omit<TextHit, 'snippet'>[] {
    if (targets.length === 0) return [];
    return this.#store.db
      .prepare<unknown[], Omit<TextHit, 'snippet' | 'author'> & { author: string }>(
        `SELECT kind, project AS projectId, item_id AS itemId, thread_id AS threadId, title, author, at FROM text_entry
         WHERE team = ? AND entry_no IN (SELECT entry_no FROM text_link WHERE target IN (SELECT value FROM json_each(?)))
         ORDER BY at DESC, item_id LIMIT ?`,
      )
      .all(team, JSON.stringify(targets), limit)
      .map(({ author, ...row }) => ({ ...row, author: JSON.parse(author) as TextHit['author'] }));
  }

  /** Makes these all that the document has: what is the same already is left alone. */
  replace(documentId: string, entries: readonly Entry[]): void {
    const kept = this.#store.db
      .prepare<[string], Kept>(
        'SELECT entry_no AS entryNo, item_id AS itemId, title, author, at, body FROM text_entry WHERE document_id = ?',
      )
      .all(documentId);
    const wanted = new Map(entries.map(entry => [entry.itemId, entry]));
    for (const row of kept) {
      const entry = wanted.get(row.itemId);
      if (entry && isSame(row, entry)) wanted.delete(row.itemId);
      else this.#remove(row.entryNo);
    }
    for (const entry of wanted.values()) this.#add(entry);
  }

  #remove(entryNo: number): void {
    const { db } = this.#store;
    db.prepare('DELETE FROM text_index WHERE rowid = ?').run(entryNo);
    db.prepare('DELETE FROM text_link WHERE entry_no = ?').run(entryNo);
    db.prepare('DELETE FROM text_entry WHERE entry_no = ?').run(entryNo);
  }

  #add(entry: Entry): void {
    const { db } = this.#store;
    const { team, project, documentId, kind, itemId, threadId, title, author, at, body } = entry;
    const { lastInsertRowid } = db
      .prepare(
        `INSERT INTO text_entry (team, project, document_id, kind, item_id, thread_id, title, author, at, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(team, project, documentId, kind, itemId, threadId, title, JSON.stringify(author), at, body);
    db.prepare('INSERT INTO text_index (rowid, title, body) VALUES (?, ?, ?)').run(
      lastInsertRowid,
      folded(title),
      folded(body),
    );
    const link = db.prepare('INSERT INTO text_link (entry_no, target) VALUES (?, ?)');
    for (const target of linksOf(entry)) link.run(lastInsertRowid, target);
  }
}

const isSame = (row: Kept, { title, author, at, body }: Entry): boolean =>
  row.title === title && row.body === body && row.at === at && row.author === JSON.stringify(author);
