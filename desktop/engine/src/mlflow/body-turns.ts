/** With the commit that follows a turn stays below the 20 ms that an event loop may be held up. */
const turnMs = 5;

/**
 * Spreads the reading of large bodies over turns of the event loop, in order: several clients send a batch at the same time, each
 * takes two milliseconds to be parsed and checked, and all together would hold up everybody else.
 */
export class BodyTurns {
  readonly #waiting: (() => void)[] = [];
  #spentMs = 0;
  #scheduled = false;

  /** Calls `read` now, if this turn was short so far and nobody waits, else in one of the next turns. */
  run(read: () => void): void {
    if (this.#waiting.length > 0 || this.#spentMs >= turnMs) this.#waiting.push(read);
    else this.#read(read);
    this.#schedule();
  }

  #read(read: () => void): void {
    const began = performance.now();
    try {
      read();
    } finally {
      this.#spentMs += performance.now() - began;
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    try {
      for (let next; this.#spentMs < turnMs && (next = this.#waiting.shift());) this.#read(next);
    } finally {
      this.#spentMs = 0;
      this.#scheduled = false;
      if (this.#waiting.length > 0) this.#schedule();
    }
  }
}
