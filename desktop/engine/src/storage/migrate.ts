import type { Database } from 'better-sqlite3';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { migrations } from './migrations/index.ts';

/** One step of the schema: never edited once released. `id` is the number in its file name, one more than the last. */
export interface Migration {
  id: number;
  name: string;
  sql: string;
}

export const schemaVersion = Math.max(...migrations.map(migration => migration.id));

export const schemaOf = (db: Database): number => db.pragma('user_version', { simple: true }) as number;

export interface MigrationWatch {
  /** Called before anything is changed, with the schema of data that exists already: the time to keep a copy. */
  before?: (schema: number) => void;
  /** Called as each step begins. */
  step?: (migration: Migration, of: number) => void;
}

/**
 * Brings a database to the present schema in one transaction: killed at any moment, it has the old schema or the new
 * one, and nothing between. Throws DATA_DIR_TOO_NEW for a newer one and leaves it as it is.
 */
export function migrate(db: Database, watch: MigrationWatch = {}, to: number = schemaVersion): void {
  const current = schemaOf(db);
  if (current > schemaVersion) {
    throw new BenchmateError(
      'DATA_DIR_TOO_NEW',
      `The data was written by a newer Benchmate (schema ${current}; this one knows ${schemaVersion}).`,
      'Update Benchmate, or choose another folder with --data-dir.',
    );
  }
  const steps = migrations.filter(({ id }) => id > current && id <= to).toSorted((a, b) => a.id - b.id);
  if (steps.length === 0) return;
  if (current > 0) watch.before?.(current);
  db.transaction(() => {
    for (const step of steps) {
      watch.step?.(step, steps.length);
      db.exec(step.sql);
    }
    db.pragma(`user_version = ${steps.at(-1)!.id}`);
  }).immediate();
}
