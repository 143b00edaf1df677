import { toNumber } from '@benchmate/shared/domain/metric';
import type { SharedRun } from '@benchmate/shared/domain/shared-run';
import type { LoggedPoint } from '../metrics/point.ts';

/** The points of all curves, each by step. */
export function pointsIn({ curves }: SharedRun): LoggedPoint[] {
  return curves.flatMap(({ key, steps, times, values }) => {
    const [at, when] = [sums(steps), sums(times)];
    return values.map((value, index) => ({ key, step: at[index]!, timestamp: when[index]!, value: toNumber(value) }));
  });
}

function sums(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map(step => (sum += step));
}
