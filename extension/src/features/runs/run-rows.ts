import { judge, type MetricVerdict } from '@benchmate/shared/diff/verdict';
import { valueOf } from '@benchmate/shared/diff/metrics-diff';
import { describeVerdict, formatDifference, formatMetric, verdictMark } from '@benchmate/shared/diff/number-format';
import { formatDuration, formatRelativeTime } from '@benchmate/shared/diff/quantity-format';
import { chosenMetric } from '@benchmate/shared/domain/chosen-metric';
import { directionOf } from '@benchmate/shared/domain/metric';
import type { Project } from '@benchmate/shared/domain/project';
import type { Run, RunStatus } from '@benchmate/shared/domain/run';

export const runIcons: Record<RunStatus, { icon: string; color?: string; words: string }> = {
  SCHEDULED: { icon: 'watch', words: 'scheduled' },
  RUNNING: { icon: 'sync~spin', color: 'charts.blue', words: 'running' },
  FINISHED: { icon: 'pass', color: 'testing.iconPassed', words: 'finished' },
  FAILED: { icon: 'error', color: 'testing.iconFailed', words: 'failed' },
  KILLED: { icon: 'circle-slash', words: 'stopped' },
};

export interface RunRow {
  /** Behind the name: `0.312 ▲ −0.031`; with the metric's name unless it is the project's primary one, which stands on the group. */
  description: string;
  /** Everything of the row in words, for screen readers. */
  spoken: string;
}

/** A name as a row shows it: a long one gives way in its middle, so that the number behind it stays in sight. */
export const rowName = (name: string): string => (name.length > 30 ? `${name.slice(0, 17)}…${name.slice(-12)}` : name);

export function describeRun(run: Run, project: Project | undefined, baseline: Run | undefined): RunRow {
  const { words } = runIcons[run.status];
  const key = chosenMetric(run, project);
  const value = key === undefined ? null : valueOf(run.metrics, key);
  if (key === undefined || value === null)
    return { description: words, spoken: `Run ${run.name}, ${words}, no metrics yet` };
  const said = `${key} ${formatMetric(value)}`;
  const shown = key === project?.primaryMetric ? formatMetric(value) : said;
  const isBaseline = baseline?.runId === run.runId;
  if (isBaseline)
    return { description: `${shown} · baseline`, spoken: `Run ${run.name}, the baseline, ${words}, ${said}` };
  const reference = baseline ? valueOf(baseline.metrics, key) : null;
  if (reference === null) return { description: shown, spoken: `Run ${run.name}, ${words}, ${said}` };
  const { difference, verdict } = judge(reference, value, directionOf(key, project?.directions));
  const spoken = `Run ${run.name}, ${words}, ${said}, ${describeVerdict(verdict, difference)} than the baseline`;
  return { description: [shown, changeText(verdict, difference, value)].filter(Boolean).join(' '), spoken };
}

function changeText(verdict: MetricVerdict, difference: number | null, value: number): string {
  if (difference === null) return '· not comparable';
  return verdict === 'equal'
    ? '· unchanged'
    : [verdictMark(verdict), formatDifference(difference, value)].filter(Boolean).join(' ');
}

/** Lines of the tooltip: state and time, then metrics, then params. */
export function runFacts(run: Run, now: number): { when: string; metrics: string[]; params: string[] } {
  const took = run.endTime === null ? '' : `, took ${formatDuration(run.endTime - run.startTime)}`;
  const point = (key: string) => formatMetric(valueOf(run.metrics, key) ?? Number.NaN);
  const metrics = Object.keys(run.metrics)
    .filter(key => !key.startsWith('system/'))
    .toSorted();
  return {
    when: `${runIcons[run.status].words}, ${formatRelativeTime(run.startTime, now)}${took}`,
    metrics: metrics.map(key => `${key}  ${point(key)}`),
    params: Object.keys(run.params)
      .toSorted()
      .map(key => `${key}: ${run.params[key] ?? ''}`),
  };
}
