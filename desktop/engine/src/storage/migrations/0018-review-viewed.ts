import type { Migration } from '../migrate.ts';

/** Parts of model versions that this device has looked at. `digest`: what the part said then. */
export const reviewViewed: Migration = {
  id: 18,
  name: 'review viewed',
  sql: `
    CREATE TABLE review_viewed (
      team TEXT NOT NULL,
      model TEXT NOT NULL,
      part TEXT NOT NULL,
      digest TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (team, model, part, digest)
    ) STRICT, WITHOUT ROWID;
  `,
};
