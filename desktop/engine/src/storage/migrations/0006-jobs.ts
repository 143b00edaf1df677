import type { Migration } from '../migrate.ts';

export const jobs: Migration = {
  id: 6,
  name: 'jobs',
  sql: `
    CREATE TABLE job (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, -- order of the queue
      job_id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      project_id TEXT,
      dir TEXT NOT NULL,
      command TEXT NOT NULL, -- JSON array
      params TEXT NOT NULL, -- JSON object
      state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'lost')),
      created_at INTEGER NOT NULL,
      started_at INTEGER,
      ended_at INTEGER,
      exit_code INTEGER,
      message TEXT NOT NULL DEFAULT '',
      cancel_requested INTEGER NOT NULL DEFAULT 0,
      slot TEXT, -- the lease: which slot it holds while it runs
      token_hash BLOB, -- SHA-256 of the secret; null unless running
      supervisor_pid INTEGER,
      supervisor_start TEXT,
      child_pid INTEGER,
      child_start TEXT,
      spool_offset INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX job_by_state ON job (state, seq);
  `,
};
