/** Waiting costs others less than the way to a thread and back costs the one who waits. */
const quickMs = 1;
/** Half of what may hold up an event loop. */
const slowMs = 8;
/** So many syncs beside the event loop, one after the other, must have been quick before one is waited for. */
const quickInARow = 4;
const shortestPauseMs = 1000;
const longestPauseMs = 60_000;

/**
 * Decides where a sync is waited for: in this thread, while the disk answers within a fraction of a millisecond, or in a
 * thread of its own. A disk that begins to stall can hold up this thread once, which nothing foretells: that sync tells, and so
 * does a mean that grows. From then on no sync is waited for here during a pause, and not before some were quick in a row. The
 * pause doubles each time the disk stalls soon after it.
 */
export class SyncPace {
  readonly #now: () => number;
  #quick = 0;
  #meanMs = 0;
  #trustedSince = 0;
  #pausedUntil = -Infinity;
  #pauseMs = shortestPauseMs;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether the next sync may be waited for here. */
  get isQuick(): boolean {
    return this.#quick >= quickInARow;
  }

  /** A sync was waited for here. */
  waited(tookMs: number): void {
    this.#meanMs += (tookMs - this.#meanMs) / 8;
    if (tookMs < slowMs && this.#meanMs < quickMs) return;
    const now = this.#now();
    const soon = now - this.#trustedSince < 10 * this.#pauseMs;
    this.#pauseMs = soon ? Math.min(2 * this.#pauseMs, longestPauseMs) : shortestPauseMs;
    this.#pausedUntil = now + this.#pauseMs;
    this.#quick = 0;
  }

  /** A sync ran beside the event loop; `tookMs` is until this thread heard of its end. */
  passed(tookMs: number): void {
    const now = this.#now();
    if (now < this.#pausedUntil) return;
    this.#quick = tookMs < 2 * quickMs ? this.#quick + 1 : 0;
    if (!this.isQuick) return;
    this.#trustedSince = now;
    this.#meanMs = 0;
  }
}
