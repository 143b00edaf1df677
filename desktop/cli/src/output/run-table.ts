import { directionOf, toNumber } from '@benchmate/shared/domain/metric';
import type { Project } from '@benchmate/shared/domain/project';
import type { Run } from '@benchmate/shared/domain/run';
import { metricKeys, valueOf } from '@benchmate/shared/diff/metrics-diff';
import { formatDifference, formatMetric, formatMetricColumn, verdictMark } from '@benchmate/shared/diff/number-format';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { judge } from '@benchmate/shared/diff/verdict';
import { ago, lasted, runStates, shortId } from './describe.ts';
import { facts, table } from './table.ts';
import { cell } from './terminal.ts';

interface RunTableOptions {
  project: Project | null;
  baseline: Run | null;
  width: number | null;
}

/** One line per run; with a primary metric its value, and the difference to the baseline. */
export function runTable(runs: readonly Run[], { project, baseline, width }: RunTableOptions): TextLine[] {
  const metric = project?.primaryMetric ?? commonMetric(runs);
  const values = runs.map(run => (metric ? valueOf(run.metrics, metric) : null));
  const texts = formatMetricColumn(values);
  return table(
    [
      { title: 'run', least: 12 },
      { title: 'state' },
      { title: metric ?? 'metric', align: 'right' },
      { title: baseline ? `vs ${baseline.name}` : '', align: 'left', least: 8 },
      { title: 'started' },
      { title: 'took', align: 'right' },
      { title: 'id' },
    ],
    runs.map((run, i) => [
      cell(run.runId === project?.baselineRunId ? `${run.name} (baseline)` : run.name),
      cell(...runStates[run.status]),
      cell(texts[i] ?? '–'),
      difference(run, values[i] ?? null, { metric, project, baseline }),
      cell(ago(run.startTime), 'muted'),
      cell(lasted(run.startTime, run.endTime)),
      cell(shortId(run.runId), 'muted'),
    ]),
    width,
  );
}

function difference(
  run: Run,
  value: number | null,
  { metric, project, baseline }: { metric: string | null; project: Project | null; baseline: Run | null },
): TextLine {
  if (!metric || !baseline || run.runId === baseline.runId) return cell('');
  const judged = judge(valueOf(baseline.metrics, metric), value, directionOf(metric, project?.directions));
  if (judged.difference === null) return cell('');
  const tone = judged.verdict === 'better' ? 'good' : judged.verdict === 'worse' ? 'bad' : 'muted';
  return cell(`${verdictMark(judged.verdict)} ${formatDifference(judged.difference, value ?? 1)}`.trim(), tone);
}

/** The one that most of the runs logged; where several are, the first by name. */
function commonMetric(runs: readonly Run[]): string | null {
  const count = (key: string) => runs.filter(({ metrics }) => Object.hasOwn(metrics, key)).length;
  const keys = metricKeys(runs.map(({ metrics }) => metrics));
  return keys.sort((a, b) => count(b) - count(a))[0] ?? null;
}

export function runFacts(run: Run): TextLine[] {
  const metrics = metricKeys([run.metrics]);
  const tags = Object.entries(run.tags).filter(([key]) => !key.startsWith('mlflow.'));
  return [
    [part(run.name, 'heading')],
    ...facts([
      ['state', cell(...runStates[run.status])],
      ['started', `${ago(run.startTime)}, took ${lasted(run.startTime, run.endTime)}`],
      ['experiment', run.experimentName],
      ['id', run.runId],
      ['artifacts', run.artifactUri],
      ...(run.jobId ? ([['job', run.jobId]] as const) : []),
    ]),
    ...section('Params', Object.entries(run.params)),
    ...section(
      'Metrics',
      metrics.map(key => [key, `${formatMetric(toNumber(run.metrics[key]!.value))}  step ${run.metrics[key]!.step}`]),
    ),
    ...section('Tags', tags),
  ];
}

function section(title: string, rows: [string, string][]): TextLine[] {
  return rows.length === 0 ? [] : [cell(''), [part(title, 'heading')], ...facts(rows)];
}
