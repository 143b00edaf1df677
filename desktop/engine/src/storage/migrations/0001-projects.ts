import type { Migration } from '../migrate.ts';

export const projects: Migration = {
  id: 1,
  name: 'projects',
  sql: `
    CREATE TABLE project (
      project_id TEXT PRIMARY KEY,
      dir TEXT NOT NULL UNIQUE,
      opened_at INTEGER NOT NULL
    ) STRICT;
  `,
};
