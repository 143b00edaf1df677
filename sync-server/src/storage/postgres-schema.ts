import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { PostgresPool } from './postgres-pool.ts';

/** In order; never edited once released. How many were taken stands in `benchmate_schema`. */
const migrations: readonly string[] = [
  `
  CREATE TABLE document (
    document integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL UNIQUE,
    -- Number of the last update. Whoever appends locks this row, so numbers grow in the order of the commits, without gaps.
    last bigint NOT NULL
  );
  CREATE TABLE updates (
    document integer NOT NULL REFERENCES document,
    number bigint NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (document, number)
  );
  CREATE TABLE snapshots (
    document integer PRIMARY KEY REFERENCES document,
    data bytea NOT NULL,
    upto bigint NOT NULL
  );
  CREATE TABLE entries (
    team text NOT NULL,
    author text NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL,
    entry text NOT NULL,
    PRIMARY KEY (team, author, seq)
  );
  CREATE TABLE secrets (name text PRIMARY KEY, value bytea NOT NULL);
  `,
  // `since`: when it was first seen that no fact of the team refers to the blob.
  `
  CREATE TABLE blob (blob text PRIMARY KEY, object text NOT NULL, size bigint NOT NULL);
  CREATE TABLE blob_link (
    team text NOT NULL,
    blob text NOT NULL REFERENCES blob,
    since bigint,
    PRIMARY KEY (team, blob)
  );
  CREATE INDEX blob_link_by_blob ON blob_link (blob);
  CREATE TABLE blob_upload (
    id text PRIMARY KEY,
    team text NOT NULL,
    device text NOT NULL,
    blob text NOT NULL,
    size bigint NOT NULL,
    handle text NOT NULL,
    tags text[] NOT NULL,
    tail bigint NOT NULL,
    at bigint NOT NULL,
    UNIQUE (team, device, blob)
  );
  CREATE TABLE blob_doomed (object text PRIMARY KEY);
  `,
  `
  CREATE TABLE blocked (device text PRIMARY KEY, at bigint NOT NULL);
  `,
  `
  CREATE TABLE cell (key text PRIMARY KEY, value text NOT NULL, version bigint NOT NULL, expires bigint NOT NULL);
  `,
];

/** Several processes may start at once: one migrates, the others wait. All steps are taken or none. `upTo` is for tests. */
export async function migratePostgres(pool: PostgresPool, upTo = migrations.length): Promise<void> {
  await pool.transaction(async tx => {
    await tx.rows("SELECT pg_advisory_xact_lock(hashtext('benchmate-sync'))");
    await tx.change('CREATE TABLE IF NOT EXISTS benchmate_schema (steps integer NOT NULL)');
    const [row] = await tx.rows<{ steps: number }>('SELECT steps FROM benchmate_schema');
    const taken = row?.steps ?? 0;
    if (taken > migrations.length)
      throw new BenchmateError(
        'DATA_DIR_TOO_NEW',
        `The database was written by a newer sync server (schema ${taken}; this one knows ${migrations.length}).`,
        'Update the sync server, or name another database.',
      );
    for (const step of migrations.slice(taken, upTo)) await tx.change(step);
    const write = row ? 'UPDATE benchmate_schema SET steps = $1' : 'INSERT INTO benchmate_schema VALUES ($1)';
    await tx.change(write, [Math.max(taken, upTo)]);
  });
}
