import type { Counters } from './counters.ts';
import { PrometheusText } from './prometheus.ts';

/** What is there now, beside what happened. */
export interface Gauges {
  rooms: number;
  connections: number;
  documents: number;
  teams: number;
  entries: number;
  storageBytes: number;
  blobs: number;
  blobBytes: number;
}

export interface Readiness {
  ready: boolean;
  /** Why not. */
  reason?: 'starting' | 'stopping' | 'storage';
}

/** Health, readiness and counts, for people and for Prometheus. */
export class Operations {
  /** `stopping`: it still serves whom it has, and whoever sends it clients should choose another. */
  phase: 'starting' | 'serving' | 'stopping' = 'starting';
  readonly #startedAt: number;
  readonly #now: () => number;
  readonly #counters: Counters;
  readonly #gauges: () => Promise<Gauges>;
  readonly #storageWorks: () => boolean;
  readonly #certificateEnds: () => number | null;

  constructor(parts: {
    now: () => number;
    counters: Counters;
    gauges: () => Promise<Gauges>;
    storageWorks: () => boolean;
    /** Null without TLS. */
    certificateEnds: () => number | null;
  }) {
    this.#certificateEnds = parts.certificateEnds;
    this.#now = parts.now;
    this.#startedAt = parts.now();
    this.#counters = parts.counters;
    this.#gauges = parts.gauges;
    this.#storageWorks = parts.storageWorks;
  }

  /** Whether new clients are welcome: not while it starts or stops, nor while its storage refuses writes. */
  ready(): Readiness {
    if (this.phase !== 'serving') return { ready: false, reason: this.phase };
    return this.#storageWorks() ? { ready: true } : { ready: false, reason: 'storage' };
  }

  health(): { status: 'ok'; startedAt: number; uptimeMs: number } {
    return { status: 'ok', startedAt: this.#startedAt, uptimeMs: this.#now() - this.#startedAt };
  }

  gauges(): Promise<Gauges> {
    return this.#gauges();
  }

  /** Prometheus text format 0.0.4. What the storage knows is left out while the storage does not answer. */
  async metrics(): Promise<string> {
    const counters = this.#counters;
    const text = new PrometheusText()
      .counter('updates', 'Updates of documents that were committed.', counters.updates)
      .counter('entries', 'Entries of feeds that were committed.', counters.entries)
      .counter('compactions', 'Logs that were merged into a snapshot.', counters.compactions)
      .counter('refused', 'Updates and entries that their sender had no right to.', counters.refused)
      .counter('malformed', 'Frames and messages that could not be read.', counters.malformed)
      .counter('laggards', 'Connections cut because they read too slowly.', counters.laggards)
      .counter('rests', 'Times that a connection had to rest because it sent too fast.', counters.rests)
      .counter('over_quota', 'Connections and updates over a quota.', counters.overQuota)
      .counter('storage_failures', 'Updates and reads that the storage did not take.', counters.storageFailures)
      .counters('closed', 'Connections that the server ended or refused, by code.', 'code', counters.closedByCode)
      .histogram('ack_seconds', 'From the arrival of an update to its commit.', counters.ackSeconds)
      .histogram('compaction_seconds', 'Merging a log into a snapshot and storing it.', counters.compactionSeconds)
      .gauge('committing', 'Updates that are received and not committed yet.', counters.committing)
      .gauge('ready', 'Whether new clients are welcome.', Number(this.ready().ready))
      .gauge('start_time_seconds', 'When the process started, in seconds since 1970.', this.#startedAt / 1000)
      .gauge('resident_memory_bytes', 'Memory of the process.', process.memoryUsage.rss());
    const ends = this.#certificateEnds();
    if (ends !== null)
      text.gauge('certificate_ends_seconds', 'When the certificate ends, in seconds since 1970.', ends / 1000);
    const gauges = await this.#gauges().catch(() => null);
    if (gauges)
      text
        .gauge('rooms', 'Documents that somebody is connected to.', gauges.rooms)
        .gauge('connections', 'Connections, of documents and feeds.', gauges.connections)
        .gauge('documents', 'Documents in the storage.', gauges.documents)
        .gauge('teams', 'Teams in the storage.', gauges.teams)
        .gauge('stored_entries', 'Entries of feeds in the storage.', gauges.entries)
        .gauge('storage_bytes', 'Size of the storage on its disk.', gauges.storageBytes)
        .gauge('blobs', 'Files of models that are kept.', gauges.blobs)
        .gauge('blob_bytes', 'Size of the files of models.', gauges.blobBytes);
    return text.toString();
  }
}
