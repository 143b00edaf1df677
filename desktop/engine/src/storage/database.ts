import Database from 'better-sqlite3';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { GroupCommit, type Durability, type Gathered, type NotAPromise } from '@benchmate/shared/node/group-commit';
import { WriteAheadLog } from '@benchmate/shared/node/write-ahead-log';
import { migrate, type MigrationWatch } from './migrate.ts';
import { keepCopy } from './schema-copy.ts';
import { applySettings } from './settings.ts';

/** Rows that a feature gathers while a group is worked off and writes at its end, in statements of many rows. */
export type GatheredRows = Gathered;
export type Sqlite = Database.Database;
/** A prepared statement: its parameters in order, and the row it gives. */
export type Statement<P extends unknown[] = unknown[], R = unknown> = Database.Statement<P, R>;

/**
 * The engine's database: one file, one writing connection, WAL.
 *
 * `write` is the only way to change something: it runs in the next group commit and settles after it, synced to the disk.
 * The sync runs beside the event loop, and the log is moved into the database by a thread where there is one (`log`).
 * `writeLogged` is the same for what training scripts log: there the engine's `--durability` decides.
 */
export class Store {
  readonly db: Sqlite;
  /** Null for a database in memory. */
  readonly log: WriteAheadLog | null;
  readonly #commits: GroupCommit;
  readonly #ofLogged: Durability;

  constructor(db: Sqlite, ofLogged: Durability = 'full') {
    this.db = db;
    this.#ofLogged = ofLogged;
    this.log = db.memory ? null : new WriteAheadLog(db);
    this.#commits = new GroupCommit(
      db,
      () => new BenchmateError('ENGINE_UNAVAILABLE', 'The engine is shutting down.', 'Start it again.'),
      this.log,
    );
  }

  write<T>(work: () => NotAPromise<T>): Promise<T> {
    return this.#commits.write(work);
  }

  writeLogged<T>(work: () => NotAPromise<T>, gathered?: Gathered): Promise<T> {
    return this.#commits.write(work, this.#ofLogged, gathered);
  }

  /** `listener` is called when something was rolled back: forget what was read inside that transaction. */
  onRollback(listener: () => void): void {
    this.#commits.onRollback(listener);
  }

  /** Nothing is committed until the returned function is called; whoever writes waits. */
  hold(): () => void {
    return this.#commits.hold();
  }

  /** Commits what is waiting and settles when all that was written is acknowledged or refused. */
  settled(): Promise<void> {
    return this.#commits.settled();
  }

  /** Commits what is waiting, refuses what comes later, and leaves no log behind. Waits for the disk: see `settled`. */
  close(): void {
    this.#commits.close();
    if (!this.db.open) return;
    this.db.pragma('busy_timeout = 0'); // a reader may still need the log: nobody waits for that
    this.db.pragma('wal_checkpoint(TRUNCATE)');
    this.db.close();
    this.log?.close();
  }
}

/**
 * Opens or makes the database and brings it to the present schema, after keeping a copy of the old one. Throws
 * DATA_DIR_TOO_NEW for a newer one.
 */
export function openStore(file: string, ofLogged: Durability = 'full', step?: MigrationWatch['step']): Store {
  const db = new Database(file);
  try {
    applySettings(db);
    migrate(db, { before: schema => keepCopy(db, file, schema), ...(step && { step }) });
  } catch (error) {
    db.close();
    throw error;
  }
  return new Store(db, ofLogged);
}
