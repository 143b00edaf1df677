import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../storage/database.ts';
import { CompactionPlanner, CompactionWriter } from './compaction.ts';
import type { Point } from './point.ts';
import { SeriesReader } from './series.ts';
import { MetricsStore } from './store.ts';
import { TileCover } from './tile-cover.ts';

let store: Store;
let metrics: MetricsStore;
let reader: SeriesReader;
let planner: CompactionPlanner;
let writer: CompactionWriter;
let keyId = 0;
beforeEach(() => {
  store = openStore(':memory:');
  metrics = new MetricsStore(store.db);
  reader = new SeriesReader(store.db, new TileCover(store.db));
  planner = new CompactionPlanner(store.db, reader);
  writer = new CompactionWriter(store.db);
  keyId = 0;
});
afterEach(() => store.close());

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, -0) },
);
const points = fc.array(
  fc.record({ step: fc.integer({ min: -20, max: 60 }), timestamp: fc.integer({ min: 0, max: 3 }), value }),
  { maxLength: 60 },
);

/** Brute force: every point once, in order. */
function unique(points: readonly Point[]): Point[] {
  const number = ({ value }: Point) => (Number.isNaN(value) ? 0 : value);
  const mark = ({ value }: Point) => (Number.isNaN(value) ? 1 : Object.is(value, -0) ? 2 : 0);
  const sorted = points.toSorted(
    (a, b) =>
      a.step - b.step ||
      a.timestamp - b.timestamp ||
      (number(a) === number(b) ? mark(a) - mark(b) : number(a) < number(b) ? -1 : 1),
  );
  return sorted.filter((point, index) => index === 0 || !same(point, sorted[index - 1]!));
}
const same = (a: Point, b: Point) => a.step === b.step && a.timestamp === b.timestamp && Object.is(a.value, b.value);

function log(key: string, points: readonly Point[]): number {
  metrics.insert(
    1,
    points.map(point => ({ ...point, key })),
  );
  return store.db.prepare<[string], number>('SELECT key_id FROM metric_key WHERE key = ?').pluck().get(key) ?? 0;
}

/** Moves every row into blocks. */
function compact(): void {
  for (let step = planner.plan(1, keyId); step; step = planner.plan(1, keyId)) expect(writer.apply(step)).toBe(true);
}

const pointsOf = (columns: ReturnType<SeriesReader['all']>): Point[] =>
  Array.from(columns.steps, (step, i) => ({ step, timestamp: columns.timestamps[i]!, value: columns.values[i]! }));

describe('a series in blocks and rows', () => {
  test('reads as every point once, whatever came when and was moved when', () => {
    let series = 0;
    fc.assert(
      fc.property(fc.array(points, { minLength: 1, maxLength: 4 }), batches => {
        const key = `key ${series++}`;
        const all: Point[] = [];
        for (const batch of batches) {
          all.push(...batch);
          keyId = log(key, batch);
          const again = batch.slice(0, 3);
          if (batch.length % 2 === 0) compact();
          log(key, again);
          expect(pointsOf(reader.all(1, keyId))).toEqual(unique(all));
        }
        compact();
        expect(pointsOf(reader.all(1, keyId))).toEqual(unique(all));
        const range = { from: -3, to: 17 };
        const inRange = unique(all).filter(({ step }) => step >= range.from && step <= range.to);
        expect(pointsOf(reader.all(1, keyId, range))).toEqual(inRange);
      }),
      { numRuns: 300, seed: 8 },
    );
  });

  test('keeps its blocks apart and within their size when points come late', () => {
    const all: Point[] = [];
    let seed = 1;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 4; round++) {
      const batch = Array.from({ length: 9000 }, () => ({
        step: Math.floor(random() * 1e6),
        timestamp: round,
        value: random(),
      }));
      all.push(...batch);
      keyId = log('late', batch);
      compact();
    }
    const blocks = store.db
      .prepare<[number], { first: number; last: number; count: number }>(
        'SELECT first_step AS first, last_step AS last, count FROM metric_block WHERE key_id = ? ORDER BY first_step',
      )
      .all(keyId);
    expect(blocks.every(({ count }) => count <= 4096)).toBe(true);
    expect(blocks.slice(1).every(({ first }, index) => first >= blocks[index]!.last)).toBe(true);
    expect(blocks.length).toBeLessThan(30);
    expect(pointsOf(reader.all(1, keyId))).toEqual(unique(all));
  });

  test('is left alone by a step that was planned before another point came into its rows', () => {
    const at = (step: number) => ({ step, timestamp: 0, value: step });
    keyId = log('moving', [at(1), at(3)]);
    const step = planner.plan(1, keyId)!;
    log('moving', [at(2)]);
    expect(writer.apply(step)).toBe(false);
    compact();
    expect(writer.apply(step)).toBe(false);
    expect(pointsOf(reader.all(1, keyId)).map(({ step }) => step)).toEqual([1, 2, 3]);
  });
});
