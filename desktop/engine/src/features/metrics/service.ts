import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { Announcer } from '../../host/announcer.ts';
import type { Clock } from '../../host/clock.ts';
import type { GatheredRows, Store } from '../../storage/database.ts';
import type { Reader } from '../../storage/reader.ts';
import { pointAt } from './columns.ts';
import { Compactor } from './compactor.ts';
import type { LoggedPoint, Point } from './point.ts';
import { metricReads, type MetricReads } from './reads.ts';
import type { StepRange } from './series.ts';
import { MetricsStore } from './store.ts';

/** Points of one run that were committed since the announcement before. */
export interface NewPoints {
  runId: string;
  points: readonly LoggedPoint[];
}

export interface MetricsParts {
  store: Store;
  clock: Clock;
  epoch: string;
  reader: Reader<MetricReads>;
  /** Hears of a failure of the work in the background. */
  failed: (error: unknown) => void;
}

/** Four announcements a second are enough for a curve. */
const announceEveryMs = 250;
/** A watcher that lost its connection gets what it missed when it is back within this time. */
const rememberMs = 60_000;

export class MetricsService {
  readonly compactor: Compactor;
  readonly #metrics: MetricsStore;
  readonly #clock: Clock;
  readonly #reader: Reader<MetricReads>;
  readonly #here: MetricReads;
  readonly #added: Announcer<NewPoints>;
  readonly #waiting = new Map<string, LoggedPoint[]>();
  #watchers = 0;
  #watchedUntil = -Infinity;

  constructor({ store, clock, epoch, reader, failed }: MetricsParts) {
    const metrics = new MetricsStore(store.db);
    store.onRollback(() => metrics.forget());
    this.#metrics = metrics;
    this.#clock = clock;
    this.#reader = reader;
    this.#here = metricReads(store.db);
    this.#added = new Announcer(epoch, 200);
    this.compactor = new Compactor({ store, reader, clock, failed });
  }

  /** What {@link gather} leaves to the end of the group. */
  get gathered(): GatheredRows {
    return this.#metrics;
  }

  /** Part of a write into {@link gathered}, its last step. */
  gather(runNo: number, points: readonly LoggedPoint[]): void {
    this.#metrics.gather(runNo, points);
    this.compactor.grew(runNo, points.length);
  }

  /** After the commit of {@link gather}. */
  committed(runId: string, points: readonly LoggedPoint[]): void {
    if (this.#watchers === 0 && this.#clock.monotonic() > this.#watchedUntil) return;
    if (this.#waiting.size === 0) this.#clock.after(announceEveryMs, () => this.#announce());
    const waiting = this.#waiting.get(runId);
    if (waiting) waiting.push(...points);
    else this.#waiting.set(runId, [...points]);
  }

  /** Part of a write: a run ended or goes on. The values of ended runs are indexed for searches, their points packed. */
  statusChanged(runNo: number, ended: boolean): void {
    this.#metrics.settle(runNo, ended);
    if (ended) this.compactor.ended(runNo);
  }

  /** A part of a metric's points by timestamp, step and value: MLflow's order. Throws NOT_FOUND for an unknown run. */
  async page(runId: string, key: string, limit = -1, offset = 0): Promise<{ points: Point[] }> {
    const query = { runNo: this.#known(runId), key, limit, offset };
    const short = this.isShort(query.runNo, key);
    const columns = short ? this.#here['metrics.page'](query) : await this.#reader.read('metrics.page', query);
    return { points: Array.from(columns.steps, (_, index) => pointAt(columns, index)) };
  }

  /**
   * A metric's points by step, thinned without losing an extreme, of all steps or of a range. Throws NOT_FOUND for an
   * unknown run.
   */
  async history(
    runId: string,
    key: string,
    maxPoints: number,
    range?: StepRange,
  ): Promise<{ points: Point[]; total: number }> {
    const query = { runNo: this.#known(runId), key, maxPoints, ...(range && { range }) };
    if (this.isShort(query.runNo, key)) return this.#here['metrics.chart'](query);
    const chart = await this.#reader.read('metrics.chart', query);
    if (chart.lacksTiles) this.compactor.lacksTiles(query.runNo, key);
    return chart;
  }

  async *watch(runId: string, signal: AbortSignal, lastId: string | undefined) {
    this.#watchers++;
    try {
      for await (const { id, data } of this.#added.subscribe(signal, lastId))
        if (data.runId === runId) yield { id, data: data.points };
    } finally {
      this.#watchers--;
      this.#watchedUntil = this.#clock.monotonic() + rememberMs;
    }
  }

  runNo(runId: string): number | undefined {
    return this.#metrics.runNo(runId);
  }

  /** Whether a series is read within a few milliseconds. One that is not gets its tiles, where an older Benchmate made none. */
  isShort(runNo: number, key: string): boolean {
    if (this.#metrics.isShort(runNo, key)) return true;
    if (this.#metrics.lacksTiles(runNo, key)) this.compactor.lacksTiles(runNo, key);
    return false;
  }

  #announce(): void {
    const batches = [...this.#waiting];
    this.#waiting.clear();
    for (const [runId, points] of batches) this.#added.announce({ runId, points });
  }

  #known(runId: string): number {
    const runNo = this.runNo(runId);
    if (runNo === undefined) throw new BenchmateError('NOT_FOUND', `Run with id=${runId} not found.`);
    return runNo;
  }
}
