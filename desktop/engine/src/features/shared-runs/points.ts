import { toNumber } from '@benchmate/shared/domain/metric';
import type { SharedRun } from '@benchmate/shared/domain/shared-run';
import type { LoggedPoint, Point } from '../metrics/point.ts';

/** The points of all curves, each by step. */
export const pointsIn = ({ curves }: SharedRun): LoggedPoint[] =>
  curves.flatMap(curve => pointsOfCurve(curve).map(point => ({ key: curve.key, ...point })));

export function pointsOfCurve({ steps, times, values }: SharedRun['curves'][number]): Point[] {
  const [at, when] = [sums(steps), sums(times)];
  return values.map((value, index) => ({ step: at[index]!, timestamp: when[index]!, value: toNumber(value) }));
}

function sums(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map(step => (sum += step));
}
