import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../storage/database.ts';
import { ChartReader } from './chart.ts';
import type { Columns } from './columns.ts';
import { CompactionPlanner, CompactionWriter } from './compaction.ts';
import { PartCheck } from './part-check.ts';
import type { Point } from './point.ts';
import { SeriesReader, within, type StepRange } from './series.ts';
import { MetricsStore } from './store.ts';
import { endsOf, pointsOf, thinKept, type Span } from './thin.ts';
import { TileCover } from './tile-cover.ts';
import { TilePlanner } from './tile-plan.ts';
import { TileWriter } from './tile-writer.ts';
import { TimePages } from './time-pages.ts';
import { behind, highestLevel, placeOf, seriesSizes } from './tile.ts';

/** So small that a few dozen points have tiles of every level. */
const small = { block: 4, columns: 2, together: 2 };
const mostPoints = 80;
/** Thousands passed once; that takes minutes. */
const runs = 300;

let store: Store;
let metrics: MetricsStore;
beforeEach(() => {
  store = openStore(':memory:');
  metrics = new MetricsStore(store.db);
});
afterEach(() => store.close());

const everywhere = (keyId: number) => ({ runNo: 1, keyId, everywhere: true });
const range = (from: number, to: number): StepRange => ({ from, to });
const all = range(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

function log(key: string, points: readonly Point[]): number {
  metrics.insert(
    1,
    points.map(point => ({ ...point, key })),
  );
  return store.db.prepare<[string], number>('SELECT key_id FROM metric_key WHERE key = ?').pluck().get(key) ?? 0;
}

/** Everything that works on series, made once: preparing takes longer than a short series. */
function workshop(sizes = seriesSizes) {
  const cover = new TileCover(store.db);
  const series = new SeriesReader(store.db, cover);
  const compaction = new CompactionPlanner(store.db, series, sizes);
  const [blocks, tiles] = [new CompactionWriter(store.db), new TileWriter(store.db)];
  const planner = new TilePlanner(store.db, cover, sizes);
  return {
    charts: new ChartReader(store.db, cover, series),
    pages: new TimePages(cover, series),
    series,
    cover,
    check: new PartCheck(store.db, cover),
    /** Moves rows into blocks, all or the oldest ones. */
    compact: (keyId: number, steps = Infinity): void => {
      for (let step = compaction.plan(1, keyId); step && steps-- > 0; step = compaction.plan(1, keyId))
        expect(blocks.apply(step)).toBe(true);
    },
    tile: (keyId: number, order = everywhere(keyId)): void => {
      for (let steps = planner.plan(order); steps.length > 0; steps = planner.plan(order))
        for (const step of steps) expect(tiles.apply(step)).toBe(true);
    },
  };
}

/** Brute force: the chart of all points at once. */
function chartOf(points: Columns, maxPoints: number, asked: StepRange): Point[] {
  const { steps } = points;
  const span: Span = { first: Math.max(asked.from, steps[0]!), last: Math.min(asked.to, steps.at(-1)!) };
  const shown = within(points, asked);
  return pointsOf(shown.steps.length <= maxPoints ? shown : thinKept(shown, maxPoints, span, endsOf(shown)));
}

/** Comparing texts takes a hundredth of comparing objects. */
const text = (points: readonly Point[]) =>
  points.map(({ step, timestamp, value }) => `${step} ${timestamp} ${Object.is(value, -0) ? '-0' : value}`).join('\n');

/** MLflow's order, brute force; what is the same in time keeps its order. */
const byTime = (points: readonly Point[]) => points.toSorted((a, b) => a.timestamp - b.timestamp);

const levelsOf = (keyId: number) =>
  store.db.prepare<[number], number>('SELECT DISTINCT level FROM metric_tile WHERE key_id = ?').pluck().all(keyId);

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, -0) },
);
const series = fc
  .record({
    gaps: fc.array(fc.constantFrom(0, 1, 1, 1, 1, 2, 900), { minLength: 1, maxLength: mostPoints, size: 'max' }),
    start: fc.constantFrom(0, 0, -40, 1_700_000_000_000),
    values: fc.array(value, { minLength: mostPoints, maxLength: mostPoints }),
  })
  .map(({ gaps, start, values }) => {
    let step = start;
    return gaps.map((gap, index) => ({ step: (step += gap), timestamp: index, value: values[index]! }));
  });

describe('what is read from tiles', () => {
  test('is the chart of all points, and the page of them: of every level, any range, whatever came late', () => {
    const { charts, pages, cover, check, compact, tile, series: reader } = workshop(small);
    let number = 0;
    const seen = new Set<number>();
    const input = fc.record({
      points: series,
      late: fc.array(fc.nat({ max: mostPoints - 1 }), { maxLength: 3 }),
      tail: fc.nat({ max: 10 }),
      forward: fc.constantFrom(true, true, false),
      tiled: fc.constantFrom('all', 'all', 'some', 'none'),
      asked: fc.array(
        fc.record({
          maxPoints: fc.constantFrom(2, 3, 4, 5, 8, 12, 20, 40),
          from: fc.nat({ max: mostPoints - 1 }),
          to: fc.nat({ max: mostPoints - 1 }),
        }),
        { minLength: 4, maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(input, ({ points: given, forward, late, tail, tiled, asked }) =>
        store.db.transaction(() => {
          const points = forward ? given : given.map(point => ({ ...point, timestamp: point.timestamp % 7 }));
          const key = `key ${number++}`;
          const kept = points.filter((_, index) => !late.includes(index));
          const first = kept.slice(0, Math.max(1, kept.length - tail));
          const keyId = log(key, first.length > 0 ? first : points);
          compact(keyId);
          if (tiled === 'none') store.db.exec('DELETE FROM metric_tile');
          else tile(keyId, { runNo: 1, keyId, everywhere: tiled === 'all' });
          if (tiled === 'all') expectWhole(cover, keyId);
          for (const level of levelsOf(keyId)) seen.add(level);
          log(key, points);
          if (tiled === 'some') compact(keyId, 1);
          expect(check.wrongParts(1, keyId)).toEqual([]);
          const whole = reader.all(1, keyId);
          if (forward) expect(text(pointsOf(whole))).toBe(text(points));
          const inTime = forward ? points : byTime(points);
          for (const { maxPoints, from, to } of asked) {
            const page = pages.read(1, keyId, { start: from, end: from + maxPoints });
            expect(text(pointsOf(page))).toBe(text(inTime.slice(from, from + maxPoints)));
            const low = points[Math.min(from, to, points.length - 1)]!.step - (from % 2);
            const high = points[Math.min(Math.max(from, to), points.length - 1)]!.step + (to % 2);
            for (const steps of [all, range(low, high)]) {
              const chart = charts.read(1, keyId, maxPoints, steps);
              expect(chart.total).toBe(within(whole, steps).steps.length);
              expect(chart.points.length).toBeLessThanOrEqual(maxPoints);
              if (singleStep(whole, steps)) expectExtremes(chart.points, pointsOf(within(whole, steps)));
              else expect(text(chart.points)).toBe(text(chartOf(whole, maxPoints, steps)));
            }
          }
          store.db.exec('DELETE FROM metric; DELETE FROM metric_block; DELETE FROM metric_tile');
        })(),
      ),
      { numRuns: runs, seed: 10 },
    );
    expect([...seen].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  }, 120_000);
});

const singleStep = ({ steps }: Columns, { from, to }: StepRange) =>
  Math.max(from, steps[0]!) === Math.min(to, steps.at(-1)!);

function expectExtremes(shown: readonly Point[], points: readonly Point[]): void {
  const numbers = (of: readonly Point[]) => of.map(({ value }) => value).filter(value => !Number.isNaN(value));
  expect([Math.min(...numbers(shown)), Math.max(...numbers(shown))]).toEqual([
    Math.min(...numbers(points)),
    Math.max(...numbers(points)),
  ]);
}

/** A tile counts the points of its blocks, and of all blocks each tile of the lowest level is one. */
function expectWhole(cover: TileCover, keyId: number): void {
  const blocks = cover.blocks(1, keyId);
  expect(cover.tiles(1, keyId, 0).map(({ first, count }) => ({ first, count }))).toEqual(
    blocks.map(({ first, count }) => ({ first, count })),
  );
  for (let level = 1; level <= highestLevel; level++)
    for (const { first, last, count } of cover.tiles(1, keyId, level)) {
      const under = cover.blocks(1, keyId, placeOf(first), behind(placeOf(last)));
      expect([under.length, under.reduce((sum, block) => sum + block.count, 0)]).toEqual([2 ** level, count]);
    }
}
