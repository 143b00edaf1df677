import Database from 'better-sqlite3';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { migrate } from './migrate.ts';

export type Sqlite = Database.Database;
/** A prepared statement: its parameters in order, and the row it gives. */
export type Statement<P extends unknown[] = unknown[], R = unknown> = Database.Statement<P, R>;

type NotAPromise<T> = T extends PromiseLike<unknown> ? never : T;

interface PendingWrite {
  work: () => unknown;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/**
 * The engine's database: one file, one writing connection, WAL, `synchronous=FULL`.
 *
 * `write` is the only way to change something: all writes of one turn of the event loop share one transaction and one
 * sync of the disk (group commit); each promise settles after the commit, so whoever awaits it may acknowledge. A write
 * that throws is rolled back alone.
 */
export class Store {
  readonly db: Sqlite;
  #pending: PendingWrite[] = [];
  #closed = false;

  constructor(db: Sqlite) {
    this.db = db;
  }

  /** Runs `work` in the next group commit. `work` is synchronous by type: a transaction cannot span a wait. */
  write<T>(work: () => NotAPromise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed)
        return reject(new BenchmateError('ENGINE_UNAVAILABLE', 'The engine is shutting down.', 'Start it again.'));
      this.#pending.push({ work, resolve, reject });
      if (this.#pending.length === 1) setImmediate(() => this.flush());
    });
  }

  /** Commits what is waiting, now. */
  flush(): void {
    const group = this.#pending;
    if (group.length === 0) return;
    this.#pending = [];
    const settle: (() => void)[] = [];
    try {
      this.db.exec('BEGIN IMMEDIATE');
      for (const { work, resolve, reject } of group) {
        this.db.exec('SAVEPOINT one');
        try {
          const value = work();
          this.db.exec('RELEASE one');
          settle.push(() => resolve(value as never));
        } catch (error) {
          if (!this.db.inTransaction) throw error; // the disk is full or failing: SQLite rolled everything back
          this.db.exec('ROLLBACK TO one; RELEASE one');
          settle.push(() => reject(error));
        }
      }
      this.db.exec('COMMIT');
    } catch (error) {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      for (const { reject } of group) reject(error);
      return;
    }
    for (const done of settle) done();
  }

  close(): void {
    this.flush();
    this.#closed = true;
    if (this.db.open) {
      this.db.pragma('wal_checkpoint(TRUNCATE)');
      this.db.close();
    }
  }
}

/** Opens or makes the database and brings it to the present schema. Throws DATA_DIR_TOO_NEW for a newer one. */
export function openStore(file: string): Store {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('busy_timeout = 5000');
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  migrate(db);
  return new Store(db);
}
