import type { LogMover } from '@benchmate/shared/node/write-ahead-log';

export interface LogParts {
  /** Moves the log into the database while others write. */
  move: () => Promise<boolean>;
  /** Moves all of it and begins it anew, while nobody writes. False when a reader still needs the old one. */
  renew: () => Promise<boolean>;
  /** Nobody writes until the returned function is called. */
  hold: () => () => void;
}

const pageBytes = 4096;
/** Pages that every commit touches are moved once for all commits of a log. */
const movedFromPages = (16 * 2 ** 20) / pageBytes;
/** What is written faster than it can be moved waits from here on. */
const mostPages = (48 * 2 ** 20) / pageBytes;

/** Keeps the log of writes short: the storage thread moves it into the database, which waits for the disk twice. */
export class LogKeeper implements LogMover {
  readonly #parts: LogParts;
  #limit = movedFromPages;
  #isMoving = false;
  #release: (() => void) | null = null;

  constructor(parts: LogParts) {
    this.#parts = parts;
  }

  grew(pages: number): void {
    if (this.#isMoving) {
      if (pages > Math.max(mostPages, 2 * this.#limit)) this.#release ??= this.#parts.hold();
    } else if (pages > this.#limit) void this.#shorten(pages);
    else if (pages < movedFromPages) this.#limit = movedFromPages;
  }

  async renew(): Promise<boolean> {
    const release = this.#parts.hold();
    return this.#parts.renew().finally(release);
  }

  async #shorten(pages: number): Promise<void> {
    this.#isMoving = true;
    // Where a reader is in the way or the disk fails: not again with every commit.
    this.#limit = pages + movedFromPages;
    try {
      if ((await this.#parts.move()) || pages > mostPages) await this.renew();
    } catch {
      // The writes that need the log moved will say what is wrong.
    }
    this.#isMoving = false;
    this.#release?.();
    this.#release = null;
  }
}
