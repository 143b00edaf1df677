import type { SharedRun } from '@benchmate/shared/domain/shared-run';
import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { metrics } from '@benchmate/shared/protocol/metrics';
import { toColumns } from '../features/metrics/columns.ts';
import { toMetricPoint } from '../features/metrics/point.ts';
import { pointsOf, thin } from '../features/metrics/thin.ts';
import { pointsOfCurve } from '../features/shared-runs/points.ts';
import { silent } from './nothing-here.ts';

/** The curves of runs as far as they were shared: zooming in shows no points that stayed with their author. `find` throws NOT_FOUND. */
export const sharedCurves = (
  find: (runId: string) => SharedRun,
): Pick<Handlers<typeof metrics>, 'history' | 'watch'> => ({
  history: ({ runId, key, maxPoints, steps: { from, to } = { from: -Infinity, to: Infinity } }) => {
    const curve = find(runId).curves.find(each => each.key === key);
    const all = curve ? pointsOfCurve(curve) : [];
    const within = all
      .filter(({ step }) => step >= from && step <= to)
      .sort((a, b) => a.step - b.step || a.timestamp - b.timestamp);
    const points = pointsOf(thin(toColumns(within), maxPoints)).map(toMetricPoint);
    // Of a part only its author knows how many points there are.
    const total = curve && within.length === all.length ? curve.total : within.length;
    return { runId, key, points, total };
  },
  watch: silent,
});
