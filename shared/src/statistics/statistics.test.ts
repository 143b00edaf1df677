import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import golden from './golden.json' with { type: 'json' };
import { mean, variance } from './mean.ts';
import { studentCdf, studentQuantile } from './student-t.ts';
import { welchInterval } from './welch-interval.ts';

const near =
  (expected: number, tolerance = 1e-9) =>
  (actual: number | null) =>
    actual !== null && Math.abs(actual - expected) <= tolerance * Math.max(1e-12, Math.abs(expected));

describe('equal to SciPy to 1e-9 (relative)', () => {
  test.each(golden.quantiles)('t quantile of $p at $df degrees of freedom', ({ p, df, t }) => {
    expect(studentQuantile(p, df)).toSatisfy(near(t));
  });

  test.each(golden.welch)('Welch interval, sample $# at $confidence', sample => {
    const result = welchInterval(sample.old, sample.new, sample.confidence)!;
    expect(result.df).toSatisfy(near(sample.df));
    expect(result.halfWidth).toSatisfy(near(sample.halfWidth));
    // SciPy's own mean rounds in the last digits of large numbers.
    expect(Math.abs(result.difference - sample.difference)).toBeLessThanOrEqual(
      1e-9 * Math.max(Math.abs(sample.difference), ...sample.old.map(Math.abs).map(value => value * 1e-6)),
    );
  });
});

describe('Welch interval', () => {
  test('has no interval with fewer than two values on a side', () => {
    expect(welchInterval([0.3], [0.2, 0.25, 0.22])).toMatchObject({ halfWidth: null, oldCount: 1, newCount: 3 });
  });
  test('is null for empty sides and for values that are not finite', () => {
    expect(welchInterval([], [1])).toBeNull();
    expect(welchInterval([1, 2], [Number.NaN, 2])).toBeNull();
  });
  test('is ± 0 when nothing ever varies', () => {
    expect(welchInterval([1, 1], [3, 3])).toMatchObject({ difference: 2, halfWidth: 0, df: null });
  });
  test('swapping the sides changes only the sign', () => {
    const sample = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const forth = welchInterval(a, b)!;
        const back = welchInterval(b, a)!;
        expect(back.difference).toBeCloseTo(-forth.difference, 6);
        expect(back.halfWidth).toSatisfy(near(forth.halfWidth ?? Number.NaN, 1e-6));
      }),
      { numRuns: 200 },
    );
  });
});

test('the quantile inverts the distribution', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
      fc.double({ min: 0.5, max: 5000, noNaN: true }),
      (p, df) => {
        expect(Math.abs(studentCdf(studentQuantile(p, df), df) - p)).toBeLessThan(1e-10);
      },
    ),
  );
});

test('mean and variance of nothing are NaN, and cancellation does not spoil them', () => {
  expect(mean([])).toBeNaN();
  expect(variance([1])).toBeNaN();
  expect(mean([1e16, 1, -1e16])).toBeCloseTo(1 / 3, 12);
  expect(variance([1e9 + 1, 1e9 + 2, 1e9 + 3])).toBe(1);
});
