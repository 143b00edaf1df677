import type { Migration } from '../migrate.ts';

/**
 * Runs that are here because a teammate shared them. `since`: when its author shared it first; `digest`: SHA-256 of what was taken
 * in. Webhooks are told of a run by the device that made it.
 */
export const sharedRuns: Migration = {
  id: 19,
  name: 'shared runs',
  sql: `
    CREATE TABLE shared_run (
      run_id TEXT PRIMARY KEY,
      team TEXT NOT NULL,
      author TEXT NOT NULL,
      since INTEGER NOT NULL,
      at INTEGER NOT NULL,
      thinned INTEGER NOT NULL,
      digest TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    DROP TRIGGER event_of_run;
    CREATE TRIGGER event_of_run AFTER UPDATE OF status ON run
      WHEN NEW.status IN ('FINISHED', 'FAILED', 'KILLED') AND OLD.status <> NEW.status
        AND EXISTS (SELECT 1 FROM event_wanted)
        AND NOT EXISTS (SELECT 1 FROM shared_run WHERE run_id = NEW.run_id) BEGIN
      INSERT INTO event_cause (kind, subject, state) VALUES ('run', NEW.run_no, NEW.status);
    END;
  `,
};
