import Database from 'better-sqlite3';

export interface FileLock {
  release: () => void;
}

/** Of two that ask in the same moment SQLite may turn both away; who asks again within this time settles it. */
const settleMs = 150;

/**
 * Holds a file exclusively for the life of this process, or says null when another one holds it. The operating system
 * frees the lock of a process that dies, however it dies: nothing is ever stale.
 */
export function lockFile(file: string): FileLock | null {
  const db = new Database(file, { timeout: settleMs });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return { release: () => void db.close() };
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}

/** The version of SQLite that this process runs on, such as `3.54.1`. */
export function sqliteVersion(): string {
  const db = new Database(':memory:');
  try {
    return db.prepare('SELECT sqlite_version()').pluck().get() as string;
  } finally {
    db.close();
  }
}
