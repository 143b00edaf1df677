import { close, closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { SyncedLog } from './acknowledgements.ts';
import { LogSpace } from './log-space.ts';

/** The part of a better-sqlite3 connection that its log needs. */
export interface LoggedDatabase {
  readonly name: string;
  prepare: (sql: string) => { raw: () => { get: () => unknown } };
  pragma: (source: string) => unknown;
}

/** How many pages the log holds, and how many of them are in the database too. */
export interface LogState {
  pages: number;
  moved: number;
}

/** Who moves the log into the database in time, beside the event loop. */
export interface LogMover {
  /** After some commits; `pages` are in the log now. */
  grew: (pages: number) => void;
  /** Moves all of it and begins the log anew while nobody writes; false when a reader still needs the old one. */
  renew: () => Promise<boolean>;
}

/** Without a mover SQLite does it itself, in the commit that comes to so many pages. */
const autocheckpointPages = 1000;

/** Asking costs a twentieth of a small commit, and after large ones it must not wait. */
const smallCommits = 8;
const largePages = 256;

/**
 * The log of a database (its `-wal` file), synced beside the event loop. SQLite keeps one file from the first
 * opening of a database to the last closing, also when it empties it, so one handle serves.
 *
 * SQLite, at `synchronous=NORMAL`, syncs the log before it moves it, the database after, and the log's header when it begins
 * anew. So what a sync of this file covered, that is after its commit, no power cut takes.
 */
export class WriteAheadLog implements SyncedLog {
  readonly #db: LoggedDatabase;
  readonly #measure: { get: () => unknown };
  #mover: LogMover | null = null;
  /** Never one of the database or its `-shm`: to close any handle of theirs frees all locks of this process on them. */
  readonly #handle: number;
  readonly #space: LogSpace;
  #commitsToLook = 1;
  #seenPages = 0;
  #syncing = false;
  #closed = false;

  constructor(db: LoggedDatabase) {
    this.#db = db;
    this.#handle = openSync(`${db.name}-wal`, 'r+');
    this.#space = new LogSpace(this.#handle);
    this.#measure = db.prepare('PRAGMA wal_checkpoint(NOOP)').raw();
  }

  get state(): LogState {
    const [, pages, moved] = this.#measure.get() as [busy: number, pages: number, moved: number];
    return { pages, moved };
  }

  /** From now on `mover` does it; null: SQLite again. */
  moveBy(mover: LogMover | null): void {
    this.#mover = mover;
    this.#db.pragma(`wal_autocheckpoint = ${mover ? 0 : autocheckpointPages}`);
  }

  begun(): void {
    this.#space.reserve();
  }

  committed(): void {
    if (!this.#mover || --this.#commitsToLook > 0) return;
    const { pages } = this.state;
    this.#commitsToLook = Math.abs(pages - this.#seenPages) > largePages ? 1 : smallCommits;
    this.#seenPages = pages;
    this.#space.seen(pages);
    this.#mover.grew(pages);
  }

  sync(): Promise<void> {
    this.#space.synced();
    return new Promise((resolve, reject) => {
      this.#syncing = true;
      fdatasync(this.#handle, error => {
        this.#syncing = false;
        if (this.#closed) close(this.#handle, () => {});
        if (error) reject(error);
        else resolve();
      });
    });
  }

  syncNow(): void {
    this.#space.synced();
    fdatasyncSync(this.#handle);
  }

  async mend(): Promise<void> {
    const renewed = this.#mover ? await this.#mover.renew() : this.#renewHere();
    if (!renewed)
      throw new BenchmateError(
        'DISK_FAILING',
        'The disk refused to write, and what it has cannot be made sure while somebody reads for long.',
        'Look at the disk, then try again; nothing that was acknowledged is lost.',
      );
  }

  close(): void {
    this.#closed = true;
    if (!this.#syncing) closeSync(this.#handle);
  }

  /** The next commit syncs the header of the new log, and fails if that fails. */
  #renewHere(): boolean {
    const [busy] = this.#db.prepare('PRAGMA wal_checkpoint(RESTART)').raw().get() as [busy: number];
    return busy === 0;
  }
}
