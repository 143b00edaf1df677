import type { Migration } from '../migrate.ts';

/**
 * `folder`: how a team uses a shared folder (`used`: whether it does now; `next` outlives it), and what that holds of each feed.
 * `folder_file`: what was read or written there. `folder_document`: how far the folder holds each document (Yjs state vector).
 * `folder_changed`: documents with updates that did not come from the folder, written by the transaction that stores them.
 * A compaction stores a document's whole state with the one update that caused it, so its size is not counted.
 */
export const sharedFolder: Migration = {
  id: 14,
  name: 'shared folder',
  sql: `
    CREATE TABLE folder (
      team TEXT PRIMARY KEY,
      path TEXT NOT NULL,
      key TEXT,
      feeds TEXT NOT NULL, -- JSON: highest number per author
      next INTEGER NOT NULL,
      used INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE folder_file (
      team TEXT NOT NULL,
      name TEXT NOT NULL,
      size INTEGER NOT NULL,
      modified REAL NOT NULL,
      missing_since INTEGER,
      PRIMARY KEY (team, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE folder_document (
      document_id TEXT PRIMARY KEY,
      vector BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE folder_changed (
      document_id TEXT PRIMARY KEY,
      mark INTEGER NOT NULL,
      since INTEGER NOT NULL,
      bytes INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER folder_change_by_update AFTER INSERT ON document_update WHEN EXISTS (SELECT 1 FROM folder WHERE used = 1) BEGIN
      UPDATE folder_changed SET mark = mark + 1, bytes = bytes + length(NEW.bytes) WHERE document_id = NEW.document_id;
      INSERT INTO folder_changed (document_id, mark, since, bytes)
        SELECT NEW.document_id, 1, unixepoch() * 1000, length(NEW.bytes)
        WHERE NOT EXISTS (SELECT 1 FROM folder_changed WHERE document_id = NEW.document_id);
    END;
    CREATE TRIGGER folder_change_by_snapshot AFTER INSERT ON document_snapshot WHEN EXISTS (SELECT 1 FROM folder WHERE used = 1) BEGIN
      UPDATE folder_changed SET mark = mark + 1 WHERE document_id = NEW.document_id;
      INSERT INTO folder_changed (document_id, mark, since, bytes)
        SELECT NEW.document_id, 1, unixepoch() * 1000, 0
        WHERE NOT EXISTS (SELECT 1 FROM folder_changed WHERE document_id = NEW.document_id);
    END;
  `,
};
