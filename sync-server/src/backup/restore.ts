import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { databaseName } from '../storage/database.ts';
import type { Storage } from '../storage/ports.ts';
import { intoEmptyPostgres } from '../storage/postgres-restore.ts';
import { SqliteThread } from '../storage/sqlite-thread.ts';
import type { ArchiveCounts } from './archive.ts';
import { expectEmpty, fill } from './fill.ts';
import { verifyArchive } from './read.ts';

export interface RestoreTarget {
  dataDir?: string;
  database?: string;
}

/**
 * Puts an archive in a place without data, all of it or nothing: a restore that is cut off leaves nothing that a server would
 * take for the whole. No server may run there. Throws as `archiveRecords`, ALREADY_EXISTS, and what opening the storage throws.
 */
export async function restore(path: string, { dataDir, database }: RestoreTarget): Promise<ArchiveCounts> {
  await verifyArchive(path);
  if (database) return intoEmptyPostgres(database, storage => fill(storage, path), expectEmpty);
  return restoreSqlite(path, dataDir!);
}

async function restoreSqlite(path: string, dataDir: string): Promise<ArchiveCounts> {
  const target = join(dataDir, databaseName);
  if (existsSync(target)) {
    await inStorage(dataDir, storage => expectEmpty(storage, dataDir));
  }
  const aside = join(dataDir, 'restoring');
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  try {
    const counts = await inStorage(aside, storage => fill(storage, path));
    renameSync(join(aside, databaseName), target);
    return counts;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

async function inStorage<T>(dataDir: string, work: (storage: Storage) => Promise<T>): Promise<T> {
  const storage = await SqliteThread.open(dataDir);
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
}
