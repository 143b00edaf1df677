import type { Migration } from '../migrate.ts';

export const loggedModels: Migration = {
  id: 5,
  name: 'logged-models',
  sql: `
    CREATE TABLE logged_model (
      model_id TEXT PRIMARY KEY,
      experiment_id INTEGER NOT NULL REFERENCES experiment,
      name TEXT NOT NULL,
      model_type TEXT NOT NULL,
      source_run_id TEXT,
      status TEXT NOT NULL CHECK (status IN ('PENDING', 'READY', 'FAILED')),
      lifecycle TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'deleted')),
      artifact_uri TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX logged_model_of_experiment ON logged_model (experiment_id, lifecycle, created_at DESC);
    CREATE TABLE logged_model_param (
      model_id TEXT NOT NULL REFERENCES logged_model,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (model_id, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE logged_model_tag (
      model_id TEXT NOT NULL REFERENCES logged_model,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (model_id, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE logged_model_metric (
      model_id TEXT NOT NULL REFERENCES logged_model,
      key TEXT NOT NULL,
      step INTEGER NOT NULL,
      timestamp INTEGER NOT NULL,
      value REAL NOT NULL,
      nan INTEGER NOT NULL,
      run_id TEXT NOT NULL,
      dataset_name TEXT,
      dataset_digest TEXT,
      PRIMARY KEY (model_id, key, step, timestamp, value, nan, run_id)
    ) STRICT, WITHOUT ROWID;
  `,
};
