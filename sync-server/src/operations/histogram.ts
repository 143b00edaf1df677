/** Counts durations in seconds by upper bound, as Prometheus' histograms do. */
export class Histogram {
  readonly bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** `bounds` in seconds, growing. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(seconds: number): void {
    this.#sum += seconds;
    this.#count++;
    const at = this.bounds.findIndex(bound => seconds <= bound);
    if (at >= 0) this.#counts[at]!++;
  }

  /** How many were at most as long as each bound, then all. */
  read(): { cumulative: number[]; sum: number; count: number } {
    let total = 0;
    return { cumulative: this.#counts.map(count => (total += count)), sum: this.#sum, count: this.#count };
  }
}
