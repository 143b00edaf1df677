/** Time and chance come in from outside, so that tests can turn the clock and repeat the dice. */
export interface Clock {
  /** Milliseconds since 1970 UTC: for what is shown and kept. Somebody may set it, to any other time. */
  now: () => number;
  /** Milliseconds since some moment, that nobody can set: for lengths of time, deadlines and leases. */
  monotonic: () => number;
  /** Calls back once after a delay; the returned function takes it back. Never keeps the process alive. */
  after: (delayMs: number, callback: () => void) => () => void;
}

/** So many bytes that nobody can guess. */
export type Random = (bytes: number) => Uint8Array;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

/** A clock whose callbacks all stay away once it is ended: nothing may run after the store is closed. */
export function endableClock(clock: Clock): Clock & { end: () => void } {
  const pending = new Set<() => void>();
  let ended = false;
  return {
    now: clock.now,
    monotonic: clock.monotonic,
    after: (delayMs, callback) => {
      if (ended) return () => {};
      const cancel = clock.after(delayMs, () => {
        pending.delete(cancel);
        callback();
      });
      pending.add(cancel);
      return () => {
        pending.delete(cancel);
        cancel();
      };
    },
    end: () => {
      ended = true;
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
}

/** Not by `import`, which reads every export of the module: it would cost a tenth of the start. */
export const systemRandom: Random = bytes => process.getBuiltinModule('node:crypto').randomBytes(bytes);
