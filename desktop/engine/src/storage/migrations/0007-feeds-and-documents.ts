import type { Migration } from '../migrate.ts';

/**
 * `feed_entry`: append-only, in order of arrival. `feed_shared`: highest seq per author that the sync server committed.
 * `document_update` + `document_snapshot`: the log of a shared document and what it was compacted into.
 * `document_unshared`: one row for each update that was written here and that the sync server has not committed.
 */
export const feedsAndDocuments: Migration = {
  id: 7,
  name: 'feeds and documents',
  sql: `
    CREATE TABLE feed_entry (
      arrival INTEGER PRIMARY KEY AUTOINCREMENT,
      team TEXT NOT NULL,
      author TEXT NOT NULL,
      seq INTEGER NOT NULL,
      hash TEXT NOT NULL,
      json TEXT NOT NULL,
      UNIQUE (team, author, seq)
    ) STRICT;
    CREATE TABLE feed_shared (
      team TEXT NOT NULL,
      author TEXT NOT NULL,
      seq INTEGER NOT NULL,
      PRIMARY KEY (team, author)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE document_update (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      document_id TEXT NOT NULL,
      bytes BLOB NOT NULL
    ) STRICT;
    CREATE INDEX document_update_by_document ON document_update (document_id, sequence);
    CREATE TABLE document_snapshot (
      document_id TEXT PRIMARY KEY,
      bytes BLOB NOT NULL
    ) STRICT;
    CREATE TABLE document_unshared (
      document_id TEXT NOT NULL,
      number INTEGER NOT NULL,
      PRIMARY KEY (document_id, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE team_setting (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT;
  `,
};
