import type { Clock } from './clock.ts';

/** A clock that stands still until a test turns it. For tests alone. */
export class TurnedClock implements Clock {
  #now: number;
  readonly #due = new Map<() => void, number>();

  constructor(now = 1_800_000_000_000) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly after = (delayMs: number, callback: () => void): (() => void) => {
    const once = () => callback();
    this.#due.set(once, this.#now + delayMs);
    return () => void this.#due.delete(once);
  };

  /** The clock is wrong by so much from now on; nobody is called, as after a correction of the time. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Calls what falls due on the way, in order of time. */
  turn(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#due].filter(([, at]) => at <= end).sort(([, a], [, b]) => a - b);
      if (!next) break;
      this.#due.delete(next[0]);
      this.#now = Math.max(this.#now, next[1]);
      next[0]();
    }
    this.#now = end;
  }
}
