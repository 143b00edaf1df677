const sliceMs = 8;

/** Lets a long piece of work give way to everybody else every few milliseconds. */
export class Slices {
  #since = performance.now();

  /** Whether it is time to give way. */
  get isOver(): boolean {
    return performance.now() - this.#since > sliceMs;
  }

  /** Returns after whatever else waited had its turn. */
  async giveWay(): Promise<void> {
    await new Promise<void>(resolve => setImmediate(resolve));
    this.#since = performance.now();
  }
}
