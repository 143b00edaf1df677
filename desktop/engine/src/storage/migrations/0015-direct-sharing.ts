import type { Migration } from '../migrate.ts';

/**
 * What of direct sharing goes on after a restart, until it is stopped: at most one address that this device waits at, and one that it
 * connects to. `peer`: the device that the address serves, once one entered; only where this device waits.
 */
export const directSharing: Migration = {
  id: 15,
  name: 'direct sharing',
  sql: `
    CREATE TABLE direct (
      side TEXT PRIMARY KEY CHECK (side IN ('listening', 'connecting')),
      team TEXT NOT NULL,
      host TEXT NOT NULL,
      port INTEGER NOT NULL,
      secret BLOB NOT NULL,
      peer TEXT
    ) STRICT, WITHOUT ROWID;
  `,
};
