import type { Migration } from '../migrate.ts';

/** When a run was deleted: `benchmate store clean` removes for good what was deleted long enough ago. */
export const deletionTime: Migration = {
  id: 9,
  name: 'time of deletion',
  sql: `
    ALTER TABLE run ADD COLUMN deleted_at INTEGER;
    UPDATE run SET deleted_at = unixepoch() * 1000 WHERE lifecycle = 'deleted';
    CREATE INDEX run_by_deletion ON run (deleted_at) WHERE deleted_at IS NOT NULL;
    CREATE TRIGGER run_deletion AFTER UPDATE OF lifecycle ON run WHEN OLD.lifecycle IS NOT NEW.lifecycle BEGIN
      UPDATE run SET deleted_at = CASE NEW.lifecycle WHEN 'deleted' THEN unixepoch() * 1000 END WHERE run_no = NEW.run_no;
    END;
  `,
};
