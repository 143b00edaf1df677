import type { Clock, Random } from '../host/clock.ts';

export const browserClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

export const browserRandom: Random = bytes => crypto.getRandomValues(new Uint8Array(bytes));
