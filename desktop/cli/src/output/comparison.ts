import { compareRuns } from '@benchmate/shared/diff/run-comparison';
import { comparisonLines } from '@benchmate/shared/diff/run-comparison-text';
import type { Project } from '@benchmate/shared/domain/project';
import type { Run } from '@benchmate/shared/domain/run';
import type { Context } from '../context.ts';

export interface Compared {
  runs: readonly Run[];
  baseline: Run | null;
  project: Project | null;
  metrics?: readonly string[] | undefined;
}

/** Params that differ and metrics with verdicts, by the directions that the project declares. */
export function printComparison(context: Context, { runs, baseline, project, metrics }: Compared): void {
  const comparison = compareRuns(runs, {
    baseline,
    directions: project?.directions ?? {},
    primaryMetric: project?.primaryMetric ?? null,
    ...(metrics ? { metrics } : {}),
  });
  context.print(comparison, () => comparisonLines(comparison));
}
