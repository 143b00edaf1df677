import { setTimeout as wait } from 'node:timers/promises';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { backoffMs } from '../sync/backoff.ts';

const triesWithoutProgress = 6;
const stalledMs = 60_000;
/** The server reads a large file once more before it answers. */
const answerMs = 290_000;

/** Ends one try when nothing moves any more. */
export class Watch {
  readonly signal: AbortSignal;
  readonly #stalled = new AbortController();
  #timer = this.#within(stalledMs);

  constructor(outer: AbortSignal) {
    this.signal = AbortSignal.any([outer, this.#stalled.signal]);
  }

  moved(): void {
    this.#timer.refresh();
  }

  /** Only the answer is missing. */
  sentAll(): void {
    this.end();
    this.#timer = this.#within(answerMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #within(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#stalled.abort(), ms).unref();
  }
}

/**
 * Tries until it works: what breaks off is tried again as long as `progress` grows, and some times when it does not; what the
 * server refuses is not. Throws CANCELLED when `signal` says so.
 */
export async function patiently<T>(
  signal: AbortSignal,
  progress: () => number,
  once: (watch: Watch) => Promise<T>,
): Promise<T> {
  for (let failures = 0; ;) {
    throwIfCancelled(signal);
    const before = progress();
    const watch = new Watch(signal);
    try {
      return await once(watch);
    } catch (error) {
      throwIfCancelled(signal);
      failures = progress() > before ? 1 : failures + 1;
      if (!worthATry(error) || failures >= triesWithoutProgress) throw error;
    } finally {
      watch.end();
    }
    await wait(backoffMs(failures, Math.random()), undefined, { signal }).catch(() => {});
  }
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted)
    throw new BenchmateError('CANCELLED', 'It was cancelled; what has arrived stays for the next time.');
}

/** A broken stream has no code of ours; a disk has. */
const worthATry = (error: unknown) => ['OFFLINE', 'CONFLICT', 'INTERNAL'].includes(toErrorShape(error).code);
