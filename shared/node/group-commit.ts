import type { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { Acknowledgements, type SyncedLog } from './acknowledgements.ts';

export type NotAPromise<T> = T extends PromiseLike<unknown> ? never : T;

/** The part of a better-sqlite3 connection that a group commit needs. */
export interface Transactional {
  exec: (sql: string) => unknown;
  prepare: (sql: string) => { run: () => unknown };
  readonly inTransaction: boolean;
}

/**
 * When a commit is synced to the disk. `full`: before it is acknowledged, so that not even a power cut takes it. `normal`:
 * at the next checkpoint or `full` commit; a power cut may take the last commits, a crash of the process takes nothing.
 */
export type Durability = 'full' | 'normal';

/**
 * What several works of one group leave to be written together: rows that lie side by side cost less than each of them alone.
 * It is written before any other work of the group runs and before the commit. A work leaves its part in its last step.
 */
export interface Gathered {
  write: () => void;
  /** The whole group failed: nothing of it is to be written. */
  drop: () => void;
  /** To write more than this would hold up the event loop: the group ends with the work that left it. */
  readonly isMuch?: boolean;
}

/** A group ends when its works took so long; the next begins in the next turn of the event loop. */
const longestMs = 8;

/** So soon a client on this machine has its next write ready, and so long after a sync the next commit waits for all of them. */
const nextWriteMs = 0.5;

interface Waiting {
  work: () => unknown;
  least: Durability;
  gathered: Gathered | undefined;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/**
 * The writes of one turn of the event loop share one transaction, unless they are so many that they would hold it up. Each
 * promise settles after the commit, and a `full` one after the sync, so whoever awaits it may acknowledge. A write that
 * throws is rolled back alone.
 *
 * Without a log SQLite syncs inside the commit, and the thread waits for the disk. With one the commit goes to the
 * operating system alone (`synchronous=NORMAL`), the sync runs beside the event loop, and what comes meanwhile shares the
 * next commit and the next sync. A failed sync then refuses what is committed already: it may stand there, and may be gone after a
 * power cut. Whoever repeats it changes nothing, as with any answer that was lost on the way.
 */
export class GroupCommit {
  readonly #db: Transactional;
  readonly #whenClosed: () => BenchmateError;
  readonly #log: SyncedLog | null;
  readonly #acknowledgements: Acknowledgements | null;
  #waiting: Waiting[] = [];
  #closed = false;
  #synchronous: Durability | null = null;
  #holds = 0;
  #mending = false;
  #scheduled = false;
  /** Those who were just answered often have the next write ready: so many share a commit if they come in time. */
  #expected = { writes: 0, until: 0 };
  readonly #rollbackListeners: (() => void)[] = [];
  readonly #begin: { run: () => unknown };
  readonly #commit: { run: () => unknown };
  readonly #savepoint: { run: () => unknown };
  readonly #release: { run: () => unknown };

  constructor(db: Transactional, whenClosed: () => BenchmateError, log: SyncedLog | null = null) {
    this.#db = db;
    this.#whenClosed = whenClosed;
    this.#log = log;
    this.#acknowledgements = log && new Acknowledgements(log, done => this.#synced(done));
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#savepoint = db.prepare('SAVEPOINT one');
    this.#release = db.prepare('RELEASE one');
  }

  /** `listener` is called when something was rolled back: what was learned from inside that transaction is not true. */
  onRollback(listener: () => void): void {
    this.#rollbackListeners.push(listener);
  }

  /**
   * Runs `work` in the next commit, in order. `work` is synchronous by type: a transaction cannot span a wait. A commit
   * that holds one `full` write is full; as the log is synced from its start, so is all before it.
   */
  write<T>(work: () => NotAPromise<T>, least: Durability = 'full', gathered?: Gathered): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) return reject(this.#whenClosed());
      this.#waiting.push({ work, least, gathered, resolve, reject });
      this.#soon();
    });
  }

  /** Commits what is waiting, now. */
  flush(): void {
    while (this.#isReady()) this.#commitGroup();
  }

  /** `late`: the turn before was long already. */
  #soon(late = false): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const since = performance.now();
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#isReady()) return;
      // A turn that read large requests is long enough: the commit is for the next one, in which these clients wait.
      if (!late && performance.now() - since > longestMs / 2) return this.#soon(true);
      if (this.#waiting.every(({ least }) => least === 'full')) {
        if (this.#acknowledgements?.syncing) return; // whoever comes before its end shares their commit
        const { writes, until } = this.#expected;
        if (this.#waiting.length < writes && performance.now() < until) return this.#soon();
      }
      this.#commitGroup();
      if (this.#waiting.length > 0) this.#soon();
    });
  }

  /** With two groups in turn each sync would serve half of the clients: waiting a little lets one serve all. */
  #synced({ writes, tookMs }: { writes: number; tookMs: number }): void {
    const until = performance.now() + Math.min(Math.max(nextWriteMs, tookMs / 4), longestMs);
    this.#expected = { writes: writes + this.#waiting.length, until };
    this.#soon();
  }

  #isReady(): boolean {
    if (this.#waiting.length === 0 || this.#holds > 0 || this.#mending) return false;
    if (!this.#acknowledgements?.broken) return true;
    this.#mend();
    return false;
  }

  #commitGroup(): void {
    let group: Waiting[] = [];
    const settled: (() => void)[] = [];
    const began = performance.now();
    let open: Gathered | undefined;
    try {
      if (!this.#log) this.#synchronize(this.#waiting.some(({ least }) => least === 'full') ? 'full' : 'normal');
      this.#begin.run();
      this.#log?.begun();
      for (const one of this.#waiting) {
        const { work, gathered, resolve, reject } = one;
        const isAlone = this.#waiting.length === 1; // then it is rolled back with the transaction
        group.push(one);
        if (open !== gathered) open?.write(); // outside of the savepoint: it belongs to the works before
        open = gathered;
        if (!isAlone) this.#savepoint.run();
        try {
          const value = work();
          if (!isAlone) this.#release.run();
          settled.push(() => resolve(value as never));
        } catch (error) {
          // Without a transaction the disk is full or failing: SQLite rolled everything back.
          if (isAlone || !this.#db.inTransaction) throw error;
          this.#db.exec('ROLLBACK TO one; RELEASE one');
          this.#rolledBack();
          settled.push(() => reject(error));
        }
        if (open?.isMuch || performance.now() > began + longestMs) break;
      }
      open?.write();
      this.#commit.run();
    } catch (error) {
      open?.drop();
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      this.#rolledBack();
      if (group.length === 0) group = [...this.#waiting]; // not even begun
      this.#waiting.splice(0, group.length);
      for (const { reject } of group) reject(error);
      return;
    }
    this.#waiting.splice(0, group.length);
    const full = group.some(({ least }) => least === 'full');
    const settle = () => settled.forEach(one => one());
    if (full && this.#acknowledgements)
      this.#acknowledgements.afterSync({
        writes: group.length,
        tookMs: performance.now() - began,
        settle,
        refuse: error => group.forEach(({ reject }) => reject(error)),
      });
    else settle();
    this.#log?.committed();
  }

  /** Nothing is committed until the returned function is called: for whoever needs the file alone. */
  hold(): () => void {
    this.#holds++;
    return () => {
      this.#holds--;
      this.#soon();
    };
  }

  /** Commits what is waiting and settles when all that was committed is acknowledged or refused. */
  async settled(): Promise<void> {
    this.flush();
    await this.#acknowledgements?.settled();
  }

  /**
   * Commits what is waiting and refuses what comes later; also what waits while it is held. What is committed and not yet
   * synced is synced before this returns: nobody else is served any more.
   */
  close(): void {
    this.flush();
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#whenClosed());
    this.#acknowledgements?.close();
  }

  /** What waits is neither run nor refused before it is known whether the disk is well again. */
  #mend(): void {
    this.#mending = true;
    this.#acknowledgements!.mend().then(
      () => {
        this.#mending = false;
        this.#soon();
      },
      (error: unknown) => {
        this.#mending = false;
        for (const { reject } of this.#waiting.splice(0)) reject(error);
      },
    );
  }

  #rolledBack(): void {
    for (const listener of this.#rollbackListeners) listener();
  }

  /** SQLite takes this between transactions alone. */
  #synchronize(durability: Durability): void {
    if (this.#synchronous === durability) return;
    this.#db.exec(`PRAGMA synchronous = ${durability}`);
    this.#synchronous = durability;
  }
}
