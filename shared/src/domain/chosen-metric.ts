import { directionOf } from './metric.ts';
import type { Project } from './project.ts';
import type { Run } from './run.ts';

type Measured = Pick<Project, 'primaryMetric' | 'directions'>;

/** The metric that speaks for a run: the project's primary one, else the first with a known direction, else the first. */
export function chosenMetric({ metrics }: Pick<Run, 'metrics'>, project: Measured | undefined): string | undefined {
  const keys = Object.keys(metrics).filter(key => !key.startsWith('system/'));
  const primary = project?.primaryMetric;
  if (primary && keys.includes(primary)) return primary;
  return keys.toSorted().find(key => directionOf(key, project?.directions) !== 'unknown') ?? keys.toSorted()[0];
}
