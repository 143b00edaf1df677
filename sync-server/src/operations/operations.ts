import type { Counters } from './counters.ts';

/** What is there now, beside what happened. */
export interface Gauges {
  rooms: number;
  connections: number;
  documents: number;
  teams: number;
  entries: number;
}

/** Health, readiness and counts, for people and for Prometheus. */
export class Operations {
  ready = false;
  readonly #startedAt: number;
  readonly #now: () => number;
  readonly #counters: Counters;
  readonly #gauges: () => Gauges;

  constructor(parts: { now: () => number; counters: Counters; gauges: () => Gauges }) {
    this.#now = parts.now;
    this.#startedAt = parts.now();
    this.#counters = parts.counters;
    this.#gauges = parts.gauges;
  }

  health(): { status: 'ok'; startedAt: number; uptimeMs: number } {
    return { status: 'ok', startedAt: this.#startedAt, uptimeMs: this.#now() - this.#startedAt };
  }

  /** Prometheus text format 0.0.4. */
  metrics(): string {
    const counters = Object.entries(this.#counters).map(([name, value]) => sample(`${name}_total`, 'counter', value));
    const gauges = Object.entries(this.#gauges()).map(([name, value]) => sample(name, 'gauge', value));
    const memory = sample('resident_memory_bytes', 'gauge', process.memoryUsage.rss());
    return [...counters, ...gauges, memory].join('');
  }
}

function sample(name: string, type: 'counter' | 'gauge', value: number): string {
  return `# TYPE benchmate_sync_${name} ${type}\nbenchmate_sync_${name} ${value}\n`;
}
