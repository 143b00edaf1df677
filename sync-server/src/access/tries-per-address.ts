import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

const perMs = 60_000;
const most = 30;
const maxKnown = 10_000;

/** How often each address tries spoken codes: so nobody uses up the tries of all that are open in passing. */
export class TriesPerAddress {
  readonly #tries = new Map<string, { count: number; since: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts one. Throws FORBIDDEN beyond thirty a minute. */
  count(address: string): void {
    const now = this.#now();
    const known = this.#tries.get(address);
    const current = known && now - known.since < perMs ? known : { count: 0, since: now };
    this.#tries.delete(address); // they stand in order of their last try
    this.#tries.set(address, { ...current, count: current.count + 1 });
    for (const [old, { since }] of this.#tries) {
      if (now - since < perMs && this.#tries.size <= maxKnown) break;
      this.#tries.delete(old);
    }
    if (current.count >= most)
      throw new BenchmateError('FORBIDDEN', 'Too many codes were tried from this address.', 'Try again in a minute.');
  }
}
