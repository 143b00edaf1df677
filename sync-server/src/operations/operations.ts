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
  serving = false;
  readonly #startedAt: number;
  readonly #now: () => number;
  readonly #counters: Counters;
  readonly #gauges: () => Promise<Gauges>;
  readonly #storageWorks: () => boolean;

  constructor(parts: {
    now: () => number;
    counters: Counters;
    gauges: () => Promise<Gauges>;
    storageWorks: () => boolean;
  }) {
    this.#now = parts.now;
    this.#startedAt = parts.now();
    this.#counters = parts.counters;
    this.#gauges = parts.gauges;
    this.#storageWorks = parts.storageWorks;
  }

  /** Whether new clients are welcome: not while it starts or stops, nor while its storage refuses writes. */
  get ready(): boolean {
    return this.serving && this.#storageWorks();
  }

  health(): { status: 'ok'; startedAt: number; uptimeMs: number } {
    return { status: 'ok', startedAt: this.#startedAt, uptimeMs: this.#now() - this.#startedAt };
  }

  /** Prometheus text format 0.0.4. */
  async metrics(): Promise<string> {
    const counters = Object.entries(this.#counters).map(([name, value]) =>
      sample(`${snake(name)}_total`, 'counter', value),
    );
    const gauges = Object.entries(await this.#gauges()).map(([name, value]) => sample(name, 'gauge', value));
    const memory = sample('resident_memory_bytes', 'gauge', process.memoryUsage.rss());
    return [...counters, ...gauges, memory].join('');
  }
}

function sample(name: string, type: 'counter' | 'gauge', value: number): string {
  return `# TYPE benchmate_sync_${name} ${type}\nbenchmate_sync_${name} ${value}\n`;
}

const snake = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
