import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { GroupCommit, type NotAPromise } from '@benchmate/shared/node/group-commit';
import { WriteAheadLog } from '@benchmate/shared/node/write-ahead-log';
import { migrate } from './schema.ts';

/** In the data directory. */
export const databaseName = 'benchmate-sync.db';

export type Sqlite = Database.Database;

const openingMs = 500;

/** In the data directory: who holds it is the only server on it. */
const lockName = 'benchmate-sync.lock';

/**
 * One connection to the server's store: a SQLite file with a log of writes (WAL). Without a `log` of its own a commit is synced by SQLite
 * itself (`synchronous=FULL`), and this thread waits for the disk; with one it is synced beside the event loop.
 */
export class Store {
  readonly db: Sqlite;
  readonly log: WriteAheadLog | null;
  readonly #commits: GroupCommit;

  constructor(db: Sqlite, log: WriteAheadLog | null = null) {
    this.db = db;
    this.log = log;
    this.#commits = new GroupCommit(
      db,
      () => new BenchmateError('OFFLINE', 'The sync server is stopping.', 'Try again soon.'),
      log,
    );
  }

  /**
   * Runs in the next group commit and settles after it. Rejects with DISK_FULL or DISK_FAILING when the disk does not take it; then
   * nothing of `work` is stored.
   */
  async write<T>(work: () => NotAPromise<T>): Promise<T> {
    try {
      return await this.#commits.write(work);
    } catch (error) {
      throw diskError(error) ?? error;
    }
  }

  /** Writes what says again what is stored already: nobody waits until it is on the disk. */
  tidy<T>(work: () => NotAPromise<T>): Promise<T> {
    return this.#commits.write(work, 'normal');
  }

  /** Sees everything that was written here before, and one state of it; needs no place on the disk and keeps nobody from writing. */
  async read<T>(work: () => NotAPromise<T>): Promise<T> {
    this.#commits.flush();
    return this.db.transaction(work)();
  }

  /** Settles when everything that was written before is committed or refused, whether or not it is on the disk. */
  async committed(): Promise<void> {
    const done = this.#commits.write(() => {}, 'normal').catch(() => {});
    this.#commits.flush();
    await done;
  }

  /** Commits what is waiting, now. */
  flush(): void {
    this.#commits.flush();
  }

  /** Nothing is committed until the returned function is called. */
  hold(): () => void {
    return this.#commits.hold();
  }

  /** Of the file and of its log of writes. */
  storedBytes(): number {
    const size = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    return size(this.db.name) + size(`${this.db.name}-wal`);
  }

  close(): void {
    this.#commits.close();
    if (!this.db.open) return;
    this.db.close();
    this.log?.close();
  }
}

/** The connection that opened the store first, and holds it for this process until the end. */
export class OwnStore extends Store {
  readonly #lock: Sqlite;

  constructor(db: Sqlite, lock: Sqlite) {
    super(db);
    this.#lock = lock;
  }

  override close(): void {
    this.flush();
    if (this.db.open) {
      this.db.exec("UPDATE meta SET value = 'yes' WHERE key = 'clean'");
      this.db.pragma('wal_checkpoint(TRUNCATE)');
    }
    super.close();
    this.#lock.close();
  }
}

/**
 * Opens or makes the store, of at most `maxBytes`, and holds it for the life of the process: the operating system frees it even after
 * `kill -9`. Throws DATA_DIR_IN_USE, DATA_DIR_TOO_NEW, FORBIDDEN (not writable) or INTERNAL (damaged).
 */
export function openStore(dataDir: string, maxBytes = Number.POSITIVE_INFINITY): OwnStore {
  const lock = holdFolder(dataDir);
  let db: Sqlite | undefined;
  try {
    db = new Database(join(dataDir, databaseName), { timeout: openingMs });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    set(db, maxBytes);
    migrate(db);
    checkAfterCrash(db, dataDir);
    return new OwnStore(db, lock);
  } catch (error) {
    db?.close();
    lock.close();
    throw readable(error, dataDir);
  }
}

/** Another connection, beside the one that `openStore` made, whose commits are handed to the operating system alone. */
export function openBeside(dataDir: string, maxBytes = Number.POSITIVE_INFINITY): Store {
  const db = new Database(join(dataDir, databaseName), { fileMustExist: true });
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -2000'); // it appends: few pages are needed twice
  set(db, maxBytes);
  return new Store(db, new WriteAheadLog(db));
}

function set(db: Sqlite, maxBytes: number): void {
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  if (Number.isFinite(maxBytes))
    db.pragma(`max_page_count = ${Math.ceil(maxBytes / Number(db.pragma('page_size', { simple: true })))}`);
}

/** Null for what is not the disk's fault. */
function diskError(error: unknown): BenchmateError | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)$/.test(code))
    return new BenchmateError('DISK_FULL', 'The sync server has no space left.', 'Free some space.', { cause: error });
  if (/^(SQLITE_(IOERR|READONLY|CORRUPT)|EIO$|EROFS$)/.test(code))
    return new BenchmateError('DISK_FAILING', 'The disk of the sync server fails.', 'Look at its disk.', {
      cause: error,
    });
  return null;
}

function holdFolder(dataDir: string): Sqlite {
  let lock: Sqlite | undefined;
  try {
    makeFolder(resolve(dataDir));
    lock = new Database(join(dataDir, lockName), { timeout: openingMs });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
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
