import { Worker } from 'node:worker_threads';

/**
 * Ends this process, with a word, when a seed takes longer than `limitMs` of real time: even a program that never gives its turn back
 * then has an end. Everything else about a simulation is bounded by its own clock.
 */
export class Watchdog {
  readonly #seed = new Int32Array(new SharedArrayBuffer(4));

  constructor(limitMs: number) {
    const workerData = { seed: this.#seed, limitMs };
    new Worker(new URL('./watchdog-thread.ts', import.meta.url), { workerData }).unref();
  }

  begins(seed: number): void {
    Atomics.store(this.#seed, 0, seed);
    Atomics.notify(this.#seed, 0);
  }
}
