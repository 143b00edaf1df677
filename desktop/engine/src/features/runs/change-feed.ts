import { Announcer } from '../../host/announcer.ts';
import type { Clock } from '../../host/clock.ts';

/** Announces which runs changed, four times a second at most, however often each one does. */
export class ChangeFeed {
  readonly announcer: Announcer<readonly string[]>;
  readonly #clock: Clock;
  readonly #changed = new Set<string>();
  #lastAt = -Infinity;

  constructor(clock: Clock, epoch: string) {
    this.announcer = new Announcer(epoch);
    this.#clock = clock;
  }

  touch(runId: string): void {
    if (this.#changed.size === 0)
      this.#clock.after(Math.max(0, this.#lastAt + 250 - this.#clock.monotonic()), () => this.#flush());
    this.#changed.add(runId);
  }

  #flush(): void {
    const runIds = [...this.#changed];
    this.#changed.clear();
    this.#lastAt = this.#clock.monotonic();
    this.announcer.announce(runIds);
  }
}
