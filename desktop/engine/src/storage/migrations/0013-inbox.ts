import type { Migration } from '../migrate.ts';

/**
 * `inbox_dismissed`: what the person put away. `document_unshared.size_bytes`: weight of the update that waits; 0 for those
 * from before.
 */
export const inbox: Migration = {
  id: 13,
  name: 'inbox',
  sql: `
    CREATE TABLE inbox_dismissed (
      team TEXT NOT NULL,
      item_id TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (team, item_id)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE document_unshared ADD COLUMN size_bytes INTEGER NOT NULL DEFAULT 0;
  `,
};
