import type { Migration } from '../migrate.ts';

export const experiments: Migration = {
  id: 2,
  name: 'experiments',
  sql: `
    CREATE TABLE experiment (
      experiment_id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      artifact_location TEXT NOT NULL,
      lifecycle TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'deleted')),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE experiment_tag (
      experiment_id INTEGER NOT NULL REFERENCES experiment,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (experiment_id, key)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO experiment (experiment_id, name, artifact_location, created_at, updated_at)
      VALUES (0, 'Default', 'mlflow-artifacts:/0', unixepoch() * 1000, unixepoch() * 1000);
  `,
};
