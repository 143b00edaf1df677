import type { Database } from 'better-sqlite3';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** In order; never edited once released. The number of steps taken is SQLite's `user_version`. */
const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE document (document INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE updates (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES document,
    data BLOB NOT NULL
  ) STRICT;
  CREATE INDEX updates_by_document ON updates (document, number);
  CREATE TABLE snapshots (
    document INTEGER PRIMARY KEY REFERENCES document,
    data BLOB NOT NULL
  ) STRICT;
  CREATE TABLE entries (
    team TEXT NOT NULL,
    author TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (team, author, seq)
  ) STRICT, WITHOUT ROWID;
  `,
  // Number of the last update that a snapshot holds: so far every update in the log came after it.
  `
  ALTER TABLE snapshots ADD COLUMN upto INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
  `,
  // `since`: when it was first seen that no fact of the team refers to the blob.
  `
  CREATE TABLE blob (blob TEXT PRIMARY KEY, object TEXT NOT NULL, size INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE blob_link (
    team TEXT NOT NULL,
    blob TEXT NOT NULL REFERENCES blob,
    since INTEGER,
    PRIMARY KEY (team, blob)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blob_link_by_blob ON blob_link (blob);
  CREATE TABLE blob_upload (
    id TEXT PRIMARY KEY,
    team TEXT NOT NULL,
    device TEXT NOT NULL,
    blob TEXT NOT NULL,
    size INTEGER NOT NULL,
    handle TEXT NOT NULL,
    tags TEXT NOT NULL,
    tail INTEGER NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (team, device, blob)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE blob_doomed (object TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE blocked (device TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE cell (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

/** Each step is taken whole or not at all. `upTo` is for tests of what older servers wrote. Throws DATA_DIR_TOO_NEW. */
export function migrate(db: Database, upTo = migrations.length): void {
  const taken = Number(db.pragma('user_version', { simple: true }));
  if (taken > migrations.length)
    throw new BenchmateError(
      'DATA_DIR_TOO_NEW',
      `The data was written by a newer sync server (schema ${taken}; this one knows ${migrations.length}).`,
      'Update the sync server, or choose another folder with --data-dir.',
    );
  for (let step = taken; step < upTo; step++)
    db.transaction(() => {
      db.exec(migrations[step]!);
      db.pragma(`user_version = ${step + 1}`);
    })();
}
