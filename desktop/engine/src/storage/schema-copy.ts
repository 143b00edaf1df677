import {
  constants,
  copyFileSync,
  fsyncSync,
  openSync,
  closeSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  chmodSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';

/** A larger database is not copied: `benchmate store backup` before an update does it better. */
const largestBytes = 256 * 2 ** 20;

/**
 * Keeps a copy of the database as it is before its schema is changed, `benchmate.db.schema7.bak` beside it, mode 0600, and
 * removes the copy of an earlier change. Where file systems can, the copy shares its blocks with the original.
 */
export function keepCopy(db: Database, file: string, schema: number): void {
  db.pragma('wal_checkpoint(TRUNCATE)');
  if (statSync(file).size > largestBytes) return;
  const copy = `${file}.schema${schema}.bak`;
  const temporary = `${copy}.tmp`;
  copyFileSync(file, temporary, constants.COPYFILE_FICLONE);
  chmodSync(temporary, 0o600);
  const handle = openSync(temporary, 'r+');
  fsyncSync(handle);
  closeSync(handle);
  renameSync(temporary, copy);
  const older = new RegExp(`^${basename(file).replaceAll('.', '\\.')}\\.schema\\d+\\.bak$`);
  for (const name of readdirSync(dirname(file)))
    if (older.test(name) && name !== basename(copy)) rmSync(join(dirname(file), name), { force: true });
}
