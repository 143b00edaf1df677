import type { Migration } from '../migrate.ts';

/** `run_no` is the short key of the other tables; outside the database a run is its `run_id`. */
export const runs: Migration = {
  id: 3,
  name: 'runs',
  sql: `
    CREATE TABLE run (
      run_no INTEGER PRIMARY KEY,
      run_id TEXT NOT NULL UNIQUE,
      experiment_id INTEGER NOT NULL REFERENCES experiment,
      name TEXT NOT NULL,
      user_id TEXT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('SCHEDULED', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED')),
      start_time INTEGER NOT NULL,
      end_time INTEGER,
      lifecycle TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'deleted')),
      artifact_uri TEXT NOT NULL,
      project_id TEXT,
      job_id TEXT
    ) STRICT;
    CREATE INDEX run_of_experiment ON run (experiment_id, lifecycle, start_time DESC, run_id);
    CREATE INDEX run_of_project ON run (project_id, lifecycle, start_time DESC, run_id);
    CREATE INDEX run_by_time ON run (lifecycle, start_time DESC, run_id);
    CREATE INDEX run_of_job ON run (job_id) WHERE job_id IS NOT NULL;
    CREATE TABLE param (
      run_no INTEGER NOT NULL REFERENCES run,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (run_no, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tag (
      run_no INTEGER NOT NULL REFERENCES run,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (run_no, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE dataset (
      dataset_no INTEGER PRIMARY KEY,
      experiment_id INTEGER NOT NULL REFERENCES experiment,
      name TEXT NOT NULL,
      digest TEXT NOT NULL,
      source_type TEXT NOT NULL,
      source TEXT NOT NULL,
      schema TEXT,
      profile TEXT,
      UNIQUE (experiment_id, name, digest)
    ) STRICT;
    CREATE TABLE run_dataset (
      run_no INTEGER NOT NULL REFERENCES run,
      dataset_no INTEGER NOT NULL REFERENCES dataset,
      tags TEXT NOT NULL,
      PRIMARY KEY (run_no, dataset_no)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE run_model (
      run_no INTEGER NOT NULL REFERENCES run,
      direction TEXT NOT NULL CHECK (direction IN ('input', 'output')),
      model_id TEXT NOT NULL,
      step INTEGER NOT NULL,
      PRIMARY KEY (run_no, direction, model_id, step)
    ) STRICT, WITHOUT ROWID;
  `,
};
