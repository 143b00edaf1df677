import type { Migration } from '../migrate.ts';

/** `feed_fork`: signed entries of a second history of their author, kept aside as evidence. */
export const forks: Migration = {
  id: 12,
  name: 'forks of feeds',
  sql: `
    CREATE TABLE feed_fork (
      arrival INTEGER PRIMARY KEY AUTOINCREMENT,
      team TEXT NOT NULL,
      author TEXT NOT NULL,
      seq INTEGER NOT NULL,
      hash TEXT NOT NULL,
      json TEXT NOT NULL,
      UNIQUE (team, hash)
    ) STRICT;
  `,
};
