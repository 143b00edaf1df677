import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { Announcer } from '../../host/announcer.ts';
import type { Clock } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import { MetricsStore } from './store.ts';
import type { LoggedPoint, Point } from './point.ts';
import { thin } from './thin.ts';

/** Points of one run that were committed since the announcement before. */
export interface NewPoints {
  runId: string;
  points: readonly LoggedPoint[];
}

/** Four announcements a second are enough for a curve. */
const announceEveryMs = 250;
/** A watcher that lost its connection gets what it missed when it is back within this time. */
const rememberMs = 60_000;

export class MetricsService {
  readonly #metrics: MetricsStore;
  readonly #clock: Clock;
  readonly #added: Announcer<NewPoints>;
  readonly #waiting = new Map<string, LoggedPoint[]>();
  #watchers = 0;
  #watchedUntil = -Infinity;

  constructor({ store, clock, epoch }: { store: Store; clock: Clock; epoch: string }) {
    this.#metrics = new MetricsStore(store.db);
    this.#clock = clock;
    this.#added = new Announcer(epoch, 200);
  }

  /** Part of a write: to be called inside `store.write`, as its last step. */
  insert(runNo: number, points: readonly LoggedPoint[]): void {
    this.#metrics.insert(runNo, points);
  }

  /** After the commit of {@link insert}. */
  committed(runId: string, points: readonly LoggedPoint[]): void {
    if (this.#watchers === 0 && this.#clock.now() > this.#watchedUntil) return;
    if (this.#waiting.size === 0) this.#clock.after(announceEveryMs, () => this.#announce());
    const waiting = this.#waiting.get(runId);
    if (waiting) waiting.push(...points);
    else this.#waiting.set(runId, [...points]);
  }

  /** After a write with {@link insert} that failed. */
  failed(): void {
    this.#metrics.forgetKeys();
  }

  latest(runNos: readonly number[]): (LoggedPoint & { runNo: number })[] {
    return this.#metrics.latest(runNos);
  }

  /** A part of a metric's points by timestamp, step and value: MLflow's order. Throws NOT_FOUND for an unknown run. */
  page(runId: string, key: string, limit?: number, offset?: number): Point[] {
    return this.#metrics.history(this.#runNo(runId), key, true, limit, offset);
  }

  /** A metric's points by step, thinned without losing an extreme. Throws NOT_FOUND for an unknown run. */
  history(runId: string, key: string, maxPoints: number): { points: Point[]; total: number } {
    const points = this.#metrics.history(this.#runNo(runId), key, false);
    return { points: thin(points, maxPoints), total: points.length };
  }

  async *watch(runId: string, signal: AbortSignal, lastId: string | undefined) {
    this.#watchers++;
    try {
      for await (const { id, data } of this.#added.subscribe(signal, lastId))
        if (data.runId === runId) yield { id, data: data.points };
    } finally {
      this.#watchers--;
      this.#watchedUntil = this.#clock.now() + rememberMs;
    }
  }

  #announce(): void {
    const batches = [...this.#waiting];
    this.#waiting.clear();
    for (const [runId, points] of batches) this.#added.announce({ runId, points });
  }

  #runNo(runId: string): number {
    const runNo = this.#metrics.runNo(runId);
    if (runNo === undefined) throw new BenchmateError('NOT_FOUND', `Run with id=${runId} not found.`);
    return runNo;
  }
}
