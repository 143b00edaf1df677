import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Clock } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import type { LogOrder, LogThread } from '../../storage/log-thread.ts';

export interface LogKeeperParts {
  store: Store;
  clock: Clock;
  thread: LogThread;
  /** Hears why the log could not be moved: it is tried again. */
  failed: (error: unknown) => void;
}

const pageBytes = 4096;
/**
 * Long enough that the pages which every commit touches are moved once for many commits; the thread's own write makes the
 * engine's connection forget the pages that it has in memory, too.
 */
const movedFromPages = (32 * 2 ** 20) / pageBytes;
/** What is written faster than it can be moved waits from here on; a log that was longer to begin with may grow a little. */
const mostPages = (48 * 2 ** 20) / pageBytes;
const littlePages = (8 * 2 ** 20) / pageBytes;
const lookEveryMs = 5000;
const idleLooks = 6;

/**
 * Keeps SQLite's log short: a thread moves it into the database and begins it anew whenever it has grown by 32 MB, and gives its
 * space back when nobody has written for a while. A short log makes a restart after a crash short. Those who write wait for
 * the end of a move alone, and longer only when they are faster than the disk; then the log stays below 64 MB. A reader
 * who needs old pages for long lets it grow, as in any SQLite database.
 */
export class LogKeeper {
  readonly #parts: LogKeeperParts;
  /** The length at which it is moved. */
  #limit = movedFromPages;
  /** The length at which writers wait; null: nothing is being moved. */
  #most: number | null = null;
  #closed = false;
  /** Lets writers go on that were held because the log grew too fast. */
  #release: (() => void) | null = null;
  #lastPages = 0;
  #quiet = 0;
  #cancel = () => {};

  constructor(parts: LogKeeperParts) {
    this.#parts = parts;
    parts.store.log?.moveBy(this);
    this.#watch();
  }

  grew(pages: number): void {
    if (this.#most === null) {
      if (pages > this.#limit) this.#begin(['move', 'renew'], pages);
    } else if (pages > this.#most) this.#release ??= this.#parts.store.hold();
  }

  renew(): Promise<boolean> {
    return this.#parts.thread.run('renew');
  }

  /** SQLite keeps the log itself from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#parts.thread.close();
    this.#parts.store.log?.moveBy(null);
  }

  #begin(orders: readonly LogOrder[], pages: number): void {
    this.#most = Math.max(mostPages, pages + littlePages);
    this.#run(orders).then(
      () => this.#ended(),
      (error: unknown) => this.#ended(error),
    );
  }

  #ended(error?: unknown): void {
    const { store, failed } = this.#parts;
    this.#most = null;
    if (!this.#closed) {
      // Where a reader was in the way or the disk failed: not again with every commit.
      this.#limit = movedFromPages + (store.log?.state.pages ?? 0);
      if (error !== undefined) failed(error);
      if (error instanceof BenchmateError && error.code === 'ENGINE_UNAVAILABLE') store.log?.moveBy(null);
    }
    this.#release?.();
    this.#release = null;
  }

  async #run(orders: readonly LogOrder[]): Promise<void> {
    const { store, thread } = this.#parts;
    for (const order of orders) {
      const resume = order === 'move' ? () => {} : store.hold();
      await thread.run(order).finally(resume);
    }
  }

  #watch(): void {
    this.#cancel = this.#parts.clock.after(lookEveryMs, () => {
      this.#look();
      this.#watch();
    });
  }

  #look(): void {
    const { pages } = this.#parts.store.log?.state ?? { pages: 0 };
    this.#quiet = pages === this.#lastPages ? this.#quiet + 1 : 0;
    this.#lastPages = pages;
    if (pages > 0 && this.#quiet === idleLooks && this.#most === null) this.#begin(['move', 'empty'], pages);
  }
}
