/** Time and chance come in from outside, so that tests can turn the clock and repeat the dice. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now: () => number;
  /** Calls back once after a delay; the returned function takes it back. Never keeps the process alive. */
  after: (delayMs: number, callback: () => void) => () => void;
}

/** So many bytes that nobody can guess. */
export type Random = (bytes: number) => Uint8Array;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
