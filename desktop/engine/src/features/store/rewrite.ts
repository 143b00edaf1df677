import { statSync } from 'node:fs';
import { openSecond } from '../../storage/second-connection.ts';
import { storeFiles } from './store-files.ts';

/** Rewrites the database without the gaps that deleted rows left. Nobody else may write meanwhile; reading goes on. */
export function rewriteDatabase(dataDir: string): void {
  const db = openSecond(storeFiles(dataDir).database, { readonly: false });
  try {
    db.exec('VACUUM');
    db.pragma('wal_checkpoint(TRUNCATE)'); // all of it is in the log now
  } finally {
    db.close();
  }
}

export const logBytes = (dataDir: string): number =>
  statSync(`${storeFiles(dataDir).database}-wal`, { throwIfNoEntry: false })?.size ?? 0;

/** The database and its log. */
export function databaseBytes(dataDir: string): number {
  return statSync(storeFiles(dataDir).database).size + logBytes(dataDir);
}
