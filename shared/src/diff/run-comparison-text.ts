import { formatDifference, formatMetricColumn, verdictMark } from './number-format.ts';
import type { ComparedValue, RunComparison } from './run-comparison.ts';
import { alignColumns, part, type TextLine } from './text-line.ts';
import type { MetricVerdict } from './verdict.ts';

/** A comparison as lines of a table: runs as columns, then the params that differ, then the metrics; last which run is best. */
export function comparisonLines(comparison: RunComparison): TextLine[] {
  if (comparison.runs.length === 0) return [[part('There is nothing to compare yet.', 'muted')]];
  const title: TextLine[] = [
    [part('')],
    ...comparison.runs.map(run => [
      part(run.name, 'heading'),
      ...(run.isBaseline ? [part(' baseline', 'muted')] : []),
      ...(run.runId === comparison.best ? [part(' ★', 'good')] : []),
    ]),
  ];
  const params = comparison.params.map(({ key, values }): TextLine[] => [
    [part(key)],
    ...values.map(value => [value === null ? part('–', 'muted') : part(short(value))]),
  ]);
  const metrics = comparison.metrics.map(({ key, direction, values }): TextLine[] => [
    [part(key), part(direction === 'unknown' ? '' : direction === 'higher' ? ' ↑' : ' ↓', 'muted')],
    ...metricCells(values),
  ]);
  return [...alignColumns([title, ...params, ...metrics]), [part(bestSentence(comparison))]];
}

function metricCells(values: readonly ComparedValue[]): TextLine[] {
  const texts = formatMetricColumn(values.map(({ value }) => value));
  return values.map(({ value, difference, verdict }, i) => {
    if (difference === null || difference === 0) return [part(texts[i] ?? '')];
    const change = ` ${verdictMark(verdict)}${formatDifference(difference, value ?? difference)}`;
    return [part(texts[i] ?? ''), part(change, toneOf(verdict))];
  });
}

/** Which run is best by the primary metric, or why none is named. */
export function bestSentence({ runs, best, primaryMetric, metrics }: RunComparison): string {
  if (!primaryMetric) return 'No primary metric is declared, so no run is called best.';
  const row = metrics.find(({ key }) => key === primaryMetric);
  if (!row || row.values.every(({ value }) => value === null)) return `No run logged ${primaryMetric}.`;
  if (row.direction === 'unknown')
    return `It is not declared whether higher or lower ${primaryMetric} is better, so no run is called best.`;
  const index = runs.findIndex(({ runId }) => runId === best);
  const winner = runs[index];
  if (!winner) return `No single run is best by ${primaryMetric}.`;
  const value = formatMetricColumn(row.values.map(cell => cell.value))[index];
  const suffix = winner.isBaseline && runs.length > 1 ? ': no run beat the baseline' : '';
  return `Best by ${primaryMetric} (${row.direction} is better): ${winner.name} with ${value}${suffix}.`;
}

function toneOf(verdict: MetricVerdict): 'good' | 'bad' | 'muted' {
  return verdict === 'better' ? 'good' : verdict === 'worse' ? 'bad' : 'muted';
}

function short(value: string): string {
  return value.length > 24 ? `${value.slice(0, 23)}…` : value;
}
