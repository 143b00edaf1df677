import type { Migration } from '../migrate.ts';

/** Codes that were read to somebody who has not come yet. `sealed`: what answers them, encrypted for this device's key. */
export const spokenCodes: Migration = {
  id: 16,
  name: 'spoken codes',
  sql: `
    CREATE TABLE spoken_code (
      invite_id TEXT PRIMARY KEY,
      expires_at INTEGER NOT NULL,
      sealed BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
