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

export function migrate(db: Database): void {
  const current = db.pragma('user_version', { simple: true }) as number;
  if (current > schemaVersion) {
    throw new BenchmateError(
      'DATA_DIR_TOO_NEW',
      `The data was written by a newer Benchmate (schema ${current}; this one knows ${schemaVersion}).`,
      'Update Benchmate, or choose another folder with --data-dir.',
    );
  }
  for (const migration of migrations.filter(({ id }) => id > current).sort((a, b) => a.id - b.id)) {
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.id}`);
    })();
  }
}
