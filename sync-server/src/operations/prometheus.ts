import type { Histogram } from './histogram.ts';

/** Text format 0.0.4: one family after the other, each with its help and type. */
export class PrometheusText {
  #text = '';

  counter(name: string, help: string, value: number): this {
    return this.#family(`${name}_total`, 'counter', help, [['', value]]);
  }

  gauge(name: string, help: string, value: number): this {
    return this.#family(name, 'gauge', help, [['', value]]);
  }

  /** One sample for each value of a label. */
  counters(name: string, help: string, label: string, values: Iterable<readonly [number | string, number]>): this {
    const samples = [...values].map(([value, count]) => [`{${label}="${value}"}`, count] as const);
    return this.#family(`${name}_total`, 'counter', help, samples);
  }

  histogram(name: string, help: string, histogram: Histogram): this {
    const { cumulative, sum, count } = histogram.read();
    return this.#family(name, 'histogram', help, [
      ...histogram.bounds.map((bound, at) => [`_bucket{le="${bound}"}`, cumulative[at]!] as const),
      ['_bucket{le="+Inf"}', count],
      ['_sum', sum],
      ['_count', count],
    ]);
  }

  toString(): string {
    return this.#text;
  }

  #family(name: string, type: string, help: string, samples: Iterable<readonly [string, number]>): this {
    const full = `benchmate_sync_${name}`;
    this.#text += `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n`;
    for (const [suffix, value] of samples) this.#text += `${full}${suffix} ${value}\n`;
    return this;
  }
}
