import type { z } from 'zod';
import type { MetricDirection, metricVerdict } from '../domain/metric.ts';

export type MetricVerdict = z.infer<typeof metricVerdict>;

export function judge(
  oldValue: number | null,
  newValue: number | null,
  direction: MetricDirection,
): { difference: number | null; verdict: MetricVerdict } {
  if (oldValue === null || newValue === null || !Number.isFinite(oldValue) || !Number.isFinite(newValue))
    return { difference: null, verdict: 'not-comparable' };
  const difference = newValue - oldValue;
  return { difference, verdict: verdictOf(difference, direction) };
}

/** The verdict on a difference `new − old`. */
export function verdictOf(difference: number, direction: MetricDirection): MetricVerdict {
  if (!Number.isFinite(difference)) return 'not-comparable';
  if (difference === 0) return 'equal';
  if (direction === 'unknown') return 'unknown';
  return difference > 0 === (direction === 'higher') ? 'better' : 'worse';
}
