import { directionOf, toNumber, type MetricDirection, type MetricPoint } from '../domain/metric.ts';
import { judge, type MetricVerdict } from './verdict.ts';

/** One metric of a run beside the same metric of its baseline. */
export interface MetricChange {
  key: string;
  /** Null: never logged by the baseline. NaN and infinities are kept as they are. */
  old: number | null;
  new: number | null;
  /** `new − old`; null when not comparable. */
  difference: number | null;
  direction: MetricDirection;
  verdict: MetricVerdict;
}

export interface MetricsDiffOptions {
  /** Directions that the project declares. */
  directions?: Readonly<Record<string, MetricDirection>>;
  /** Comes first in the result. */
  primaryMetric?: string | null;
}

type Metrics = Readonly<Record<string, MetricPoint>>;

/** Every metric that either side logged: the primary one first, then by name. Measurements of the machine (`system/…`) are left out. */
export function diffMetrics(baseline: Metrics, run: Metrics, options: MetricsDiffOptions = {}): MetricChange[] {
  const { directions = {}, primaryMetric = null } = options;
  return metricKeys([baseline, run], primaryMetric).map(key => {
    const old = valueOf(baseline, key);
    const value = valueOf(run, key);
    const direction = directionOf(key, directions);
    return { key, old, new: value, direction, ...judge(old, value, direction) };
  });
}

export function valueOf(metrics: Metrics, key: string): number | null {
  const point = Object.hasOwn(metrics, key) ? metrics[key] : undefined;
  return point ? toNumber(point.value) : null;
}

/** Names of all metrics but the machine's, the primary one first, then by name. */
export function metricKeys(sides: readonly Metrics[], primaryMetric: string | null = null): string[] {
  const keys = new Set(sides.flatMap(side => Object.keys(side)).filter(key => !key.startsWith('system/')));
  return [...keys].sort((a, b) => Number(b === primaryMetric) - Number(a === primaryMetric) || (a < b ? -1 : 1));
}
