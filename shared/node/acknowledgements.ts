import { SyncPace } from './sync-pace.ts';

/** SQLite's log of a connection at `synchronous=NORMAL`, as a group commit needs it. */
export interface SyncedLog {
  /** Settles when all that was committed before the call is on the disk. Called for one sync at a time. */
  sync: () => Promise<void>;
  /** The same, and the thread waits for it. */
  syncNow: () => void;
  /**
   * After a failed sync, before anything else is committed. A second sync of the same pages may succeed without writing
   * them, so this moves the log into the database and begins it anew; rejects when the disk still fails.
   */
  mend: () => Promise<void>;
  /** A transaction has begun: until it ends nobody else writes to the log. */
  begun: () => void;
  /** Something was committed: the log has grown. */
  committed: () => void;
}

/** A committed group that nobody has heard of. */
interface Committed {
  writes: number;
  /** The work and the commit. */
  tookMs: number;
  settle: () => void;
  refuse: (error: unknown) => void;
}

/** To sync what took longer to write holds up others for longer than the way to a thread costs. */
const smallMs = 2;
const isSmall = ({ tookMs }: Committed) => tookMs < smallMs;

/**
 * Lets go of committed groups once they are on the disk, in order. One sync runs at a time; who comes meanwhile shares the next.
 * While the disk is quick, this thread waits for the sync of a small group itself: see {@link SyncPace}.
 */
export class Acknowledgements {
  readonly #log: SyncedLog;
  readonly #synced: (done: { writes: number; tookMs: number }) => void;
  readonly #pace: SyncPace;
  readonly #now: () => number;
  #syncing: readonly Committed[] = [];
  #waiting: Committed[] = [];
  #under: Promise<void> = Promise.resolve();
  #broken = false;
  #closed = false;

  /** `synced` is called at the end of each sync, with how many writes it served. */
  constructor(
    log: SyncedLog,
    synced: (done: { writes: number; tookMs: number }) => void,
    pace = new SyncPace(),
    now = () => performance.now(),
  ) {
    this.#log = log;
    this.#synced = synced;
    this.#pace = pace;
    this.#now = now;
  }

  /** A sync failed: nothing may be acknowledged before {@link mend}. */
  get broken(): boolean {
    return this.#broken;
  }

  get syncing(): boolean {
    return this.#syncing.length > 0;
  }

  afterSync(group: Committed): void {
    if (this.#syncing.length === 0 && this.#pace.isQuick && isSmall(group)) return this.#wait(group);
    this.#waiting.push(group);
    if (this.#syncing.length === 0) this.#next();
  }

  async mend(): Promise<void> {
    await this.#log.mend();
    this.#broken = false;
  }

  /** Settles when nobody waits for a sync any more. */
  async settled(): Promise<void> {
    while (this.#syncing.length > 0) await this.#under;
  }

  /** Waits for the disk in this thread, with what is under way too. */
  close(): void {
    this.#closed = true;
    const groups = [...this.#syncing, ...this.#waiting];
    if (groups.length === 0) return;
    try {
      this.#log.syncNow();
      for (const { settle } of groups) settle();
    } catch (error) {
      for (const { refuse } of groups) refuse(error);
    }
  }

  #wait(group: Committed): void {
    const began = this.#now();
    try {
      this.#log.syncNow();
      group.settle();
    } catch (error) {
      this.#broken = true;
      group.refuse(error);
    }
    const tookMs = this.#now() - began;
    this.#pace.waited(tookMs);
    this.#synced({ writes: group.writes, tookMs });
  }

  #next(): void {
    const began = this.#now();
    const groups = this.#waiting;
    this.#syncing = groups;
    this.#waiting = [];
    const end = () => {
      const tookMs = this.#now() - began;
      if (groups.every(isSmall)) this.#pace.passed(tookMs);
      this.#syncing = [];
      if (this.#waiting.length > 0) this.#next();
      const writes = groups.reduce((sum, group) => sum + group.writes, 0);
      this.#synced({ writes, tookMs });
    };
    this.#under = this.#log.sync().then(
      () => {
        if (this.#closed) return;
        for (const { settle } of groups) settle();
        end();
      },
      (error: unknown) => {
        if (this.#closed) return;
        this.#broken = true;
        for (const { refuse } of [...groups, ...this.#waiting.splice(0)]) refuse(error);
        end();
      },
    );
  }
}
