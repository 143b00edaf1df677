import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Point } from './point.ts';
import { toColumns } from './columns.ts';
import { thin as placesOf } from './thin.ts';

const thin = (points: readonly Point[], maxPoints: number) =>
  placesOf(toColumns(points), maxPoints).map(index => points[index]!);

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

  test('loses no extreme: least and greatest of each equal part of the steps are those of all points', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 2, max: 100 }), (points, maxPoints) => {
        const hasNaN = points.some(point => Number.isNaN(point.value));
        const room = maxPoints >= 4 ? maxPoints - 2 : maxPoints;
        const parts = Math.max(1, Math.floor(room / (hasNaN && room >= 3 ? 3 : 2)));
        expect(extremes(thin(points, maxPoints), points, parts)).toEqual(extremes(points, points, parts));
      }),
      { numRuns: 10_000, seed: 6 },
    );
  });

  test('shows that there were NaN where there is room', () => {
    const points = Array.from({ length: 1000 }, (_, step) => ({
      step,
      timestamp: 0,
      value: step === 500 ? NaN : step,
    }));
    expect(thin(points, 30).some(point => Number.isNaN(point.value))).toBe(true);
    const all = points.map(point => ({ ...point, value: NaN }));
    expect(thin(all, 10).length).toBeGreaterThan(0);
  });
});

/** Brute force: the least and greatest number of each part of the whole series' steps. */
function extremes(points: readonly Point[], whole: readonly Point[], parts: number): string[] {
  const first = whole[0]?.step ?? 0;
  const width = (whole.at(-1)?.step ?? 0) - first;
  if (width === 0) return [String(least(points)), String(greatest(points))];
  return Array.from({ length: parts }, (_, part) => {
    const within = points.filter(
      ({ step }) => Math.min(parts - 1, Math.floor(((step - first) / width) * parts)) === part,
    );
    return `${least(within)} ${greatest(within)}`;
  });
}

const numbers = (points: readonly Point[]) => points.map(point => point.value).filter(value => !Number.isNaN(value));
const least = (points: readonly Point[]) => numbers(points).reduce((a, b) => Math.min(a, b), Infinity);
const greatest = (points: readonly Point[]) => numbers(points).reduce((a, b) => Math.max(a, b), -Infinity);
