import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { GroupCommit, type NotAPromise } from '@benchmate/shared/node/group-commit';
import { migrate } from './schema.ts';

/** In the data directory. */
export const databaseName = 'benchmate-sync.db';

export type Sqlite = Database.Database;

/** A write that finds a place right after others found none says little: the next may find none again. */
const steadyMs = 1000;
const probeMs = 2000;
const probeBytes = 65_536;

/**
 * The server's store: one SQLite file, WAL, `synchronous=FULL`, held exclusively for the life of the process (the
 * operating system frees it even after `kill -9`).
 *
 * `write` runs in the next group commit and settles after it.
 */
export class Store {
  readonly db: Sqlite;
  readonly #commits: GroupCommit;
  /** Called when `failure` begins or ends. */
  onFailure: () => void = () => {};
  #failure: BenchmateError | null = null;
  #failedAt = 0;
  #probe: NodeJS.Timeout | undefined;

  constructor(db: Sqlite) {
    this.db = db;
    this.#commits = new GroupCommit(
      db,
      () => new BenchmateError('OFFLINE', 'The sync server is stopping.', 'Try again soon.'),
    );
  }

  /** Rejects with DISK_FULL or DISK_FAILING when the disk does not take it; then nothing of `work` is stored. */
  async write<T>(work: () => NotAPromise<T>): Promise<T> {
    try {
      const result = await this.#commits.write(work);
      if (this.#failure && performance.now() - this.#failedAt > steadyMs) this.#turn(null);
      return result;
    } catch (error) {
      const known = diskError(error);
      if (known) this.#fail(known);
      throw known ?? error;
    }
  }

  /**
   * Writes what says again what is stored already: nobody waits until it is on the disk, and that a disk without space took it does
   * not mean that it takes more.
   */
  tidy<T>(work: () => NotAPromise<T>): Promise<T> {
    return this.#commits.write(work, 'normal');
  }

  /** Runs after everything that was written before is committed; needs no place on the disk. */
  read<T>(work: () => NotAPromise<T>): Promise<T> {
    return this.#commits.write(work, 'normal');
  }

  /** Whoever looks whether it works sends it nobody meanwhile: so it tries by itself whether there is space again. */
  #fail(known: BenchmateError): void {
    this.#failedAt = performance.now();
    this.#turn(known);
    this.#probe ??= setTimeout(() => {
      this.#probe = undefined;
      if (this.#failure && this.db.open) void this.write(() => this.#tryOut()).catch(() => {});
    }, probeMs).unref();
  }

  #tryOut(): void {
    this.db.prepare("INSERT INTO meta (key, value) VALUES ('probe', ?)").run('x'.repeat(probeBytes));
    this.db.exec("DELETE FROM meta WHERE key = 'probe'");
  }

  #turn(failure: BenchmateError | null): void {
    const changed = (this.#failure === null) !== (failure === null);
    this.#failure = failure;
    if (changed) this.onFailure();
  }

  /** Why writes do not reach the disk; null while all goes well. */
  get failure(): BenchmateError | null {
    return this.#failure;
  }

  /** Of the file and of its log of writes. */
  storedBytes(): number {
    const size = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    return size(this.db.name) + size(`${this.db.name}-wal`);
  }

  /** Commits what is waiting, now. */
  flush(): void {
    this.#commits.flush();
  }

  close(): void {
    clearTimeout(this.#probe);
    this.#commits.close();
    if (!this.db.open) return;
    this.db.exec("UPDATE meta SET value = 'yes' WHERE key = 'clean'");
    this.db.pragma('wal_checkpoint(TRUNCATE)');
    this.db.close();
  }
}

/** Opens or makes the store, of at most `maxBytes`. Throws DATA_DIR_IN_USE, DATA_DIR_TOO_NEW, FORBIDDEN (not writable) or INTERNAL (damaged). */
export function openStore(dataDir: string, maxBytes = Number.POSITIVE_INFINITY): Store {
  const db = openFile(dataDir);
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    migrate(db);
    checkAfterCrash(db, dataDir);
    if (Number.isFinite(maxBytes))
      db.pragma(`max_page_count = ${Math.ceil(maxBytes / Number(db.pragma('page_size', { simple: true })))}`);
    return new Store(db);
  } catch (error) {
    db.close();
    throw readable(error, dataDir);
  }
}

/** Null for what is not the disk's fault. */
function diskError(error: unknown): BenchmateError | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'SQLITE_FULL')
    return new BenchmateError('DISK_FULL', 'The sync server has no space left.', 'Free some space.', { cause: error });
  if (/^SQLITE_(IOERR|READONLY|CORRUPT)/.test(code))
    return new BenchmateError('DISK_FAILING', 'The disk of the sync server fails.', 'Look at its disk.', {
      cause: error,
    });
  return null;
}

function openFile(dataDir: string): Sqlite {
  try {
    makeFolder(resolve(dataDir));
    return new Database(join(dataDir, databaseName), { timeout: 500 });
  } catch (error) {
    throw readable(error, dataDir);
  }
}

/** Node's own recursive way never returns where the file system answers ENOENT to mkdir, as Linux's /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

function checkAfterCrash(db: Sqlite, dataDir: string): void {
  const clean = db.prepare("SELECT value FROM meta WHERE key = 'clean'").pluck().get();
  if (clean === 'no' && db.pragma('quick_check(1)', { simple: true }) !== 'ok')
    throw new BenchmateError('INTERNAL', `The database in ${dataDir} is damaged.`, 'Restore it from a backup.');
  db.exec("INSERT INTO meta (key, value) VALUES ('clean', 'no') ON CONFLICT (key) DO UPDATE SET value = 'no'");
}

function readable(error: unknown, dataDir: string): unknown {
  if (error instanceof BenchmateError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new BenchmateError(
      'DATA_DIR_IN_USE',
      `Another sync server uses ${dataDir}.`,
      'Stop it, or choose another --data-dir.',
    );
  if (
    /^(EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOENT|SQLITE_CANTOPEN|SQLITE_READONLY|SQLITE_NOTADB)/.test(code) ||
    error instanceof TypeError
  )
    return new BenchmateError(
      'FORBIDDEN',
      `The folder ${dataDir} cannot be used to store data.`,
      'Choose another one with --data-dir.',
      { cause: error },
    );
  return error;
}
