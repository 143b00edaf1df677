import type { Clock } from './clock.ts';

/** A clock that stands still until a test turns it. For tests alone. */
export class TurnedClock implements Clock {
  #now: number;
  #passed = 0;
  readonly #due = new Map<() => void, number>();

  constructor(now = 1_800_000_000_000) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly monotonic = (): number => this.#passed;

  readonly after = (delayMs: number, callback: () => void): (() => void) => {
    const once = () => callback();
    this.#due.set(once, this.#passed + delayMs);
    return () => void this.#due.delete(once);
  };

  /** The clock is wrong by so much from now on; nobody is called, as after a correction of the time. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Calls what falls due on the way, in order of time. */
  turn(ms: number): void {
    const end = this.#passed + ms;
    for (;;) {
      const [next] = [...this.#due].filter(([, at]) => at <= end).sort(([, a], [, b]) => a - b);
      if (!next) break;
      this.#due.delete(next[0]);
      this.#pass(next[1]);
      next[0]();
    }
    this.#pass(end);
  }

  #pass(until: number): void {
    const ms = Math.max(0, until - this.#passed);
    this.#passed += ms;
    this.#now += ms;
  }
}
