import type { Migration } from '../migrate.ts';

/**
 * SQLite keeps no NaN: such a point has `nan` 1 and the value 0. The whole point is the key, so that a request that
 * the client repeats adds nothing.
 */
export const metrics: Migration = {
  id: 4,
  name: 'metrics',
  sql: `
    CREATE TABLE metric_key (
      key_id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE metric (
      run_no INTEGER NOT NULL,
      key_id INTEGER NOT NULL,
      step INTEGER NOT NULL,
      timestamp INTEGER NOT NULL,
      value REAL NOT NULL,
      nan INTEGER NOT NULL,
      PRIMARY KEY (run_no, key_id, step, timestamp, value, nan)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE latest_metric (
      run_no INTEGER NOT NULL,
      key_id INTEGER NOT NULL,
      step INTEGER NOT NULL,
      timestamp INTEGER NOT NULL,
      value REAL NOT NULL,
      nan INTEGER NOT NULL,
      PRIMARY KEY (run_no, key_id)
    ) STRICT, WITHOUT ROWID;
  `,
};
