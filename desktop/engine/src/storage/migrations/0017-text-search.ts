import type { Migration } from '../migrate.ts';

/**
 * What full-text search keeps; all of it is made from the documents and can be made again. `text_due`: documents that changed since
 * they were indexed, marked by the transaction that stores the change (`mark` says whether another one came meanwhile).
 * `text_entry`: notes and comments as last indexed; the words are in `text_index`, which the feature makes (features/text-search).
 * `text_link`: what they link to and whom they mention.
 */
export const textSearch: Migration = {
  id: 17,
  name: 'text search',
  sql: `
    CREATE TABLE text_due (
      document_id TEXT PRIMARY KEY,
      mark INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX text_due_by_mark ON text_due (mark);
    CREATE TABLE text_entry (
      entry_no INTEGER PRIMARY KEY,
      team TEXT NOT NULL,
      project TEXT NOT NULL,
      document_id TEXT NOT NULL,
      kind TEXT NOT NULL, -- note or comment
      item_id TEXT NOT NULL, -- of the note or the comment
      thread_id TEXT, -- of a comment
      title TEXT NOT NULL, -- of a comment: where its thread is, in words
      author TEXT NOT NULL, -- JSON: device and name
      at INTEGER NOT NULL,
      body TEXT NOT NULL,
      UNIQUE (document_id, item_id)
    ) STRICT;
    CREATE INDEX text_entry_by_place ON text_entry (team, project, kind);
    CREATE TABLE text_link (
      entry_no INTEGER NOT NULL,
      target TEXT NOT NULL, -- run:…, model:…, note:…, line:…, or @name
      PRIMARY KEY (entry_no, target)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX text_link_by_target ON text_link (target);
    INSERT INTO text_due (document_id, mark)
      SELECT document_id, 0 FROM document_snapshot UNION SELECT document_id, 0 FROM document_update;
    CREATE TRIGGER text_due_by_update AFTER INSERT ON document_update WHEN NEW.document_id NOT GLOB 'draft.*' BEGIN
      INSERT OR REPLACE INTO text_due (document_id, mark)
        VALUES (NEW.document_id, (SELECT coalesce(max(mark), 0) + 1 FROM text_due));
    END;
    CREATE TRIGGER text_due_by_snapshot AFTER INSERT ON document_snapshot WHEN NEW.document_id NOT GLOB 'draft.*' BEGIN
      INSERT OR REPLACE INTO text_due (document_id, mark)
        VALUES (NEW.document_id, (SELECT coalesce(max(mark), 0) + 1 FROM text_due));
    END;
  `,
};
