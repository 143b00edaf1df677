import { expect, test } from 'vitest';
import type { MetricPoint } from '@benchmate/shared/domain/metric';
import { addPoints, alignSeries, describeSeries, thin } from './metric-series.tsx';

const points = (...values: (number | 'NaN')[]): MetricPoint[] =>
  values.map((value, step) => ({ step, timestamp: step, value }));
const noise = (count: number): MetricPoint[] =>
  points(...Array.from({ length: count }, (_, step) => Math.sin(step * 12.9898) * 1000));

test('thinning keeps the lowest, the highest, the last and what is no number', () => {
  const long = noise(50_000);
  long[31_337] = { step: 31_337, timestamp: 0, value: -1e6 };
  long[4242] = { step: 4242, timestamp: 0, value: 1e6 };
  long[100] = { step: 100, timestamp: 0, value: 'NaN' };
  const kept = thin(long, 500);
  expect(kept.length).toBeLessThan(900);
  for (const index of [31_337, 4242, 100, 49_999]) expect(kept).toContain(long[index]);
  expect(kept.map(({ step }) => step)).toEqual(kept.map(({ step }) => step).toSorted((a, b) => a - b));
});

test('points that come again or out of order are taken once and in order', () => {
  const known = points(1, 2, 3);
  const late: MetricPoint = { step: 1, timestamp: 99, value: 7 };
  const next: MetricPoint = { step: 3, timestamp: 3, value: 4 };
  expect(addPoints(known, [known[2]!, next, late])).toEqual([known[0], known[1], late, known[2], next]);
});

test('a curve in words', () => {
  expect(describeSeries({ id: 'a', label: 'loss', points: [] })).toBe('loss: nothing logged yet.');
  expect(describeSeries({ id: 'a', label: 'loss', points: points(0.5) })).toBe('loss: one value, 0.5 at step 0.');
  expect(describeSeries({ id: 'a', label: 'loss', points: points(0.5, 'NaN', 0.25, 0.3) }, 4000)).toBe(
    'loss: 4000 values from step 0 to 3; last 0.3, lowest 0.25 at step 2, highest 0.5 at step 0. Not a finite number first at step 1.',
  );
});

test('curves are aligned by step: a step without a value is bridged, one without a number is a gap', () => {
  const [steps, first, second] = alignSeries([
    { id: 'a', label: 'a', points: points(1, 'NaN', 3) },
    { id: 'b', label: 'b', points: [{ step: 5, timestamp: 0, value: 9 }] },
  ]);
  expect(steps).toEqual([0, 1, 2, 5]);
  expect(first).toEqual([1, null, 3, undefined]);
  expect(second).toEqual([undefined, undefined, undefined, 9]);
});
