import { fstatSync, writeSync } from 'node:fs';

const headBytes = 32;
/** A page and the head of its frame. */
const frameBytes = 4096 + 24;
/** A log that grows by more at a time is synced in large parts already. */
const fewPages = 64;
const marginBytes = 32 * frameBytes;
const zeros = Buffer.alloc(128 * 4096);

/**
 * Keeps the file of SQLite's log somewhat longer than the log. To sync pages at the end of a file that grew takes twice as long
 * as to sync pages within it, since the file system must write down the new length, too. SQLite reads a log up to the first
 * frame that does not belong to it, and behind the end of each log that was begun anew there are such frames; zeros are one.
 */
export class LogSpace {
  readonly #handle: number;
  #pages = 0;
  /** The log may grow so far before the length of the file is asked for. */
  #room = 0;
  #isSynced = false;
  #growsSlowly = false;

  constructor(handle: number) {
    this.#handle = handle;
  }

  /** So long is the log now. */
  seen(pages: number): void {
    if (pages < this.#pages) this.#room = 0; // begun anew, and perhaps cut off
    this.#growsSlowly = Math.abs(pages - this.#pages) < fewPages && this.#isSynced;
    this.#isSynced = false;
    this.#pages = pages;
  }

  /** Who never syncs has nothing to gain. */
  synced(): void {
    this.#isSynced = true;
  }

  /** Only within a transaction that writes: what it and all before it wrote lies before the end of the file, and nobody else writes. */
  reserve(): void {
    const needed = headBytes + this.#pages * frameBytes + marginBytes;
    if (!this.#growsSlowly || needed <= this.#room) return;
    try {
      const { size } = fstatSync(this.#handle);
      this.#room = size < needed ? size + writeSync(this.#handle, zeros, 0, zeros.length, size) : size;
    } catch {
      this.#growsSlowly = false; // a full disk says so where somebody needs it
    }
  }
}
