import { directionOf, type MetricDirection } from '../domain/metric.ts';
import type { Run } from '../domain/run.ts';
import { metricKeys, valueOf } from './metrics-diff.ts';
import { canonicalParamValue } from './param-value.ts';
import { judge, type MetricVerdict } from './verdict.ts';

/** One run's value in a row of a comparison, and its difference to the baseline's. */
export interface ComparedValue {
  value: number | null;
  difference: number | null;
  verdict: MetricVerdict;
}

/** Several runs side by side. Every row has one entry per run, in the order of `runs`; the baseline comes first. */
export interface RunComparison {
  runs: { runId: string; name: string; isBaseline: boolean; status: Run['status'] }[];
  /** Only params that differ between any two of the runs. */
  params: { key: string; values: (string | null)[] }[];
  metrics: { key: string; direction: MetricDirection; values: ComparedValue[]; best: string | null }[];
  primaryMetric: string | null;
  /** The run that is best by the primary metric; null without a direction, a value, or a single winner. */
  best: string | null;
}

export interface ComparisonOptions {
  baseline: Run | null;
  directions?: Readonly<Record<string, MetricDirection>>;
  primaryMetric?: string | null;
  /** Only these metrics, in this order; all without it. */
  metrics?: readonly string[];
}

/** Compares runs to a baseline (without one, to the first of them): params that differ, metrics with verdicts, and which is best. */
export function compareRuns(runs: readonly Run[], options: ComparisonOptions): RunComparison {
  const { directions = {}, primaryMetric = null } = options;
  const baseline = options.baseline ?? runs[0];
  const ordered = baseline ? [baseline, ...runs.filter(({ runId }) => runId !== baseline.runId)] : [];
  const keys =
    options.metrics ??
    metricKeys(
      ordered.map(({ metrics }) => metrics),
      primaryMetric,
    );
  const metrics = keys.map(key => {
    const direction = directionOf(key, directions);
    const before = baseline ? valueOf(baseline.metrics, key) : null;
    const values = ordered.map(run => {
      const value = valueOf(run.metrics, key);
      return { value, ...judge(before, value, direction) };
    });
    const winner = bestIndex(
      values.map(({ value }) => value),
      direction,
    );
    return { key, direction, values, best: winner === null ? null : (ordered[winner]?.runId ?? null) };
  });
  return {
    runs: ordered.map(run => ({
      runId: run.runId,
      name: run.name,
      isBaseline: run.runId === baseline?.runId,
      status: run.status,
    })),
    params: differingParams(ordered),
    metrics,
    primaryMetric,
    best: metrics.find(({ key }) => key === primaryMetric)?.best ?? null,
  };
}

/** Index of the single best value; null without a direction, without a finite value, or when two share the first place. */
export function bestIndex(values: readonly (number | null)[], direction: MetricDirection): number | null {
  if (direction === 'unknown') return null;
  const finite = values.flatMap((value, index) => (value !== null && Number.isFinite(value) ? [{ value, index }] : []));
  if (finite.length === 0) return null;
  const wanted = direction === 'higher' ? Math.max : Math.min;
  const best = finite.reduce((a, { value }) => wanted(a, value), finite[0]!.value);
  const winners = finite.filter(({ value }) => value === best);
  return winners.length === 1 ? winners[0]!.index : null;
}

function differingParams(runs: readonly Run[]): RunComparison['params'] {
  const keys = new Set(runs.flatMap(({ params }) => Object.keys(params)));
  return [...keys]
    .sort((a, b) => (a < b ? -1 : 1))
    .map(key => ({
      key,
      values: runs.map(({ params }) => (Object.hasOwn(params, key) ? (params[key] ?? null) : null)),
    }))
    .filter(
      ({ values }) => new Set(values.map(value => (value === null ? null : canonicalParamValue(value)))).size > 1,
    );
}
