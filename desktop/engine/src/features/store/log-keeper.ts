import type { Clock } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import { logBytes } from './rewrite.ts';

const lookEveryMs = 5000;
const idleLooks = 6;
const largestBytes = 64 * 2 ** 20;

/**
 * Empties SQLite's log when nobody writes for a while, and when readers let it grow past 64 MB: a short log makes a
 * restart after a crash short, and gives the disk back.
 */
export class LogKeeper {
  readonly #parts: { store: Store; clock: Clock; dataDir: string };
  #lastBytes = 0;
  #quiet = 0;
  #cancel = () => {};

  constructor(parts: { store: Store; clock: Clock; dataDir: string }) {
    this.#parts = parts;
    this.#watch();
  }

  close(): void {
    this.#cancel();
  }

  #watch(): void {
    this.#cancel = this.#parts.clock.after(lookEveryMs, () => {
      this.#look();
      this.#watch();
    });
  }

  #look(): void {
    const bytes = logBytes(this.#parts.dataDir);
    this.#quiet = bytes === this.#lastBytes ? this.#quiet + 1 : 0;
    this.#lastBytes = bytes;
    if (bytes > largestBytes || (bytes > 0 && this.#quiet === idleLooks)) this.#parts.store.checkpoint();
  }
}
