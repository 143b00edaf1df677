import { statSync } from 'node:fs';
import { openSecond } from '../../storage/second-connection.ts';
import { storeFiles } from './store-files.ts';

/** Rewrites the database without the gaps that deleted rows left. Nobody else may write meanwhile; reading goes on. */
export function rewriteDatabase(dataDir: string): void {
  const db = openSecond(storeFiles(dataDir).database, { readonly: false });
  try {
    db.exec('VACUUM');
  } finally {
    db.close();
  }
}

/** The database and its log. */
export function databaseBytes(dataDir: string): number {
  const file = storeFiles(dataDir).database;
  return [file, `${file}-wal`].reduce((sum, part) => sum + (statSync(part, { throwIfNoEntry: false })?.size ?? 0), 0);
}
