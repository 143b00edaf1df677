import type { Clock } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import type { Reader } from '../../storage/reader.ts';
import { CompactionWriter } from './compaction.ts';
import type { MetricReads } from './reads.ts';
import type { TileOrder } from './tile-plan.ts';
import { TileWriter } from './tile-writer.ts';
import { placeOf } from './tile.ts';

/** A live series keeps its newest points as rows: 8,192 at most, before half of them move. */
const liveRows = 8192;
/** Of a run that ended everything moves that fills a good part of a block. */
const endedRows = 512;
/** A run is looked at when so many points came since; more when it has more rows than that. */
const pointsPerLook = 8192;
const quietMs = 1000;

interface Growth {
  points: number;
  lookAt: number;
}

export interface CompactorParts {
  store: Store;
  reader: Reader<MetricReads>;
  clock: Clock;
  failed: (error: unknown) => void;
}

/** Moves old points from rows into blocks in the background: a planning read, then one small write, again and again. */
export class Compactor {
  readonly #parts: CompactorParts;
  readonly #writer: CompactionWriter;
  readonly #tiles: TileWriter;
  readonly #growth = new Map<number, Growth>();
  /** Runs to look at, and how many rows of a series are worth it. */
  readonly #waiting = new Map<number, number>();
  /** Series whose charts read more than they should, by run and key. */
  readonly #untiled = new Map<string, { runNo: number; key: string }>();
  #working: Promise<void> | null = null;

  constructor(parts: CompactorParts) {
    this.#parts = parts;
    this.#writer = new CompactionWriter(parts.store.db);
    this.#tiles = new TileWriter(parts.store.db);
  }

  /** So many points came to a run. */
  grew(runNo: number, points: number): void {
    const growth = this.#growth.get(runNo) ?? { points: 0, lookAt: pointsPerLook };
    growth.points += points;
    if (growth.points >= growth.lookAt) this.#want(runNo, liveRows);
    else this.#growth.set(runNo, growth);
  }

  ended(runNo: number): void {
    this.#growth.delete(runNo);
    this.#want(runNo, endedRows);
  }

  /** A series takes long to read: an older Benchmate made no tiles, or points came late. */
  lacksTiles(runNo: number, key: string): void {
    this.#untiled.set(`${runNo} ${key}`, { runNo, key });
    this.#start();
  }

  /** Moves what is worth it of every run, now, and makes tiles anew that do not say what their points say. */
  async compactAll(): Promise<void> {
    const { reader, store } = this.#parts;
    for (const runNo of await reader.read('metrics.runsWithTails', { least: endedRows }))
      await this.#compact(runNo, endedRows);
    for (const series of await reader.read('metrics.packedSeries', null)) {
      const wrong = (await reader.read('metrics.wrongParts', series)).flatMap(({ part }) =>
        part.kind === 'tile' ? [part] : [],
      );
      if (wrong.length === 0) continue;
      await store.write(() => {
        for (const { first, last } of wrong)
          this.#tiles.drop(series.runNo, series.keyId, placeOf(first), placeOf(last));
      });
      await this.#tile({ ...series, everywhere: true });
    }
  }

  /** Moves what is worth it of one run. */
  async #compact(runNo: number, least: number): Promise<void> {
    const { reader, store } = this.#parts;
    let moved = 0;
    let rows = 0;
    for (const { keyId, count } of await reader.read('metrics.longTails', { runNo, least })) {
      rows += count;
      const movedBefore = moved;
      for (let left = count; left >= least;) {
        const step = await reader.read('metrics.plan', { runNo, keyId });
        const done = step && (await store.writeLogged(() => this.#writer.apply(step)));
        if (!done) break; // points came into it: another time
        left -= step.rows.count;
        moved += step.rows.count;
      }
      if (moved > movedBefore) await this.#tile({ runNo, keyId, everywhere: false });
    }
    if (least === liveRows) this.#growth.set(runNo, { points: 0, lookAt: Math.max(pointsPerLook, (rows - moved) / 4) });
  }

  async #tile(order: TileOrder): Promise<void> {
    const { reader, store } = this.#parts;
    for (let steps = await reader.read('metrics.planTiles', order); steps.length > 0;) {
      let added = 0;
      for (const step of steps) if (await store.writeLogged(() => this.#tiles.apply(step))) added++;
      if (added === 0) return; // points came into it: another time
      steps = await reader.read('metrics.planTiles', order);
    }
  }

  #want(runNo: number, least: number): void {
    this.#waiting.set(runNo, Math.min(least, this.#waiting.get(runNo) ?? least));
    this.#start();
  }

  #start(): void {
    if (this.#working) return;
    this.#working = new Promise<void>(resolve => this.#parts.clock.after(quietMs, resolve))
      .then(() => this.#work())
      .catch(error => this.#parts.failed(error))
      .finally(() => (this.#working = null));
  }

  async #work(): Promise<void> {
    for (let [next] = this.#waiting; next; [next] = this.#waiting) {
      const [runNo, least] = next;
      this.#waiting.delete(runNo);
      await this.#compact(runNo, least);
    }
    for (let [next] = this.#untiled; next; [next] = this.#untiled) {
      const [name, { runNo, key }] = next;
      this.#untiled.delete(name);
      await this.#tile({ runNo, keyId: await this.#parts.reader.read('metrics.keyId', key), everywhere: true });
    }
  }
}
