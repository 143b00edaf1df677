import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Point } from './point.ts';
import { toColumns } from './columns.ts';
import { finestColumns, pointsOf, thin as thinColumns } from './thin.ts';

/** Points have each a time of their own: their place. */
const thin = (points: readonly Point[], maxPoints: number) =>
  pointsOf(thinColumns(toColumns(points), maxPoints)).map(({ timestamp }) => points[timestamp]!);

const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -50, max: 50 }) },
  { weight: 2, arbitrary: fc.double({ noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
);
/** Ordered by step, with gaps and several points at one step. */
const series: fc.Arbitrary<Point[]> = fc
  .array(fc.record({ gap: fc.constantFrom(0, 1, 1, 2, 1000), value }), { maxLength: 400 })
  .map(items => {
    let step = 0;
    return items.map(({ gap, value }, index) => ({ step: (step += gap), timestamp: index, value }));
  });

describe('thin', () => {
  test('keeps to the limit, the order and points that are there', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 2, max: 100 }), (points, maxPoints) => {
        const thinned = thin(points, maxPoints);
        expect(thinned.length).toBeLessThanOrEqual(maxPoints);
        expect(thinned.length).toBeGreaterThanOrEqual(Math.min(points.length, 1));
        const places = thinned.map(point => points.indexOf(point));
        expect(places).toEqual([...places].sort((a, b) => a - b));
        expect(places).not.toContain(-1);
        expect(points.length > maxPoints || thinned.length === points.length).toBe(true);
        const ends = maxPoints >= 4 ? [points[0], points.at(-1)] : [];
        expect(ends.filter(end => end && !thinned.includes(end))).toEqual([]);
      }),
    );
  });

  test('loses no extreme: least and greatest of each column of its steps are those of all points', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 2, max: 100 }), (points, maxPoints) => {
        const hasNaN = points.some(point => Number.isNaN(point.value));
        const span = { first: points[0]?.step ?? 0, last: points.at(-1)?.step ?? 0 };
        const finest = span.first === span.last ? Infinity : finestColumns(span, maxPoints);
        // NaN need room of their own: columns may be twice as wide then.
        const exponents = hasNaN ? [finest, finest + 1, Infinity] : [finest];
        const thinned = thin(points, maxPoints);
        const lost = exponents.map(exponent => differing(extremes(thinned, exponent), extremes(points, exponent)));
        expect(lost).toContainEqual([]);
        expect(lost.at(-1)).toEqual([]);
      }),
      { numRuns: 10_000, seed: 6 },
    );
  });

  test('has columns as narrow as half of its points: a long series is never shown by a few', () => {
    for (const [first, last] of [
      [0, 999_999],
      [5, 1_000_004],
      [-300_000, 700_000],
      [1.7e12, 1.7e12 + 1e9],
    ] as const) {
      const columns = (last - first) / 2 ** finestColumns({ first, last }, 2000);
      expect([columns > 450, columns <= 1000]).toEqual([true, true]);
    }
    expect(finestColumns({ first: -1, last: 1 }, 3)).toBe(Infinity);
  });

  test('shows that there were NaN where there is room', () => {
    const points = Array.from({ length: 1000 }, (_, step) => ({
      step,
      timestamp: step,
      value: step === 500 ? NaN : step,
    }));
    expect(thin(points, 30).some(point => Number.isNaN(point.value))).toBe(true);
    const all = points.map(point => ({ ...point, value: NaN }));
    expect(thin(all, 10).length).toBeGreaterThan(0);
  });
});

/** Brute force: the least and greatest number of each column, by its number. */
function extremes(points: readonly Point[], exponent: number): Map<number, string> {
  const found = new Map<number, string>();
  for (const [column, within] of Map.groupBy(points, ({ step }) => Math.floor(step / 2 ** exponent))) {
    const numbers = within.map(point => point.value).filter(value => !Number.isNaN(value));
    if (numbers.length > 0) found.set(column, `${Math.min(...numbers)} ${Math.max(...numbers)}`);
  }
  return found;
}

const differing = (a: Map<number, string>, b: Map<number, string>) =>
  [...new Set([...a.keys(), ...b.keys()])].filter(column => a.get(column) !== b.get(column));
