import { formatMetric } from '@benchmate/shared/diff/number-format';
import { toNumber, type MetricPoint } from '@benchmate/shared/domain/metric';

/** One curve. Points are in the order of steps. */
export interface MetricSeries {
  id: string;
  label: string;
  points: readonly MetricPoint[];
  /** The baseline is always the same neutral line. */
  baseline?: boolean;
}

const maxPoints = 4000;

/** A curve with points that came in since; steps may come out of order. Long curves are thinned without losing an extreme. */
export function addPoints(points: readonly MetricPoint[], more: readonly MetricPoint[]): MetricPoint[] {
  const known = new Set(points.slice(-200).map(({ step, timestamp }) => `${step} ${timestamp}`));
  const fresh = more.filter(({ step, timestamp }) => !known.has(`${step} ${timestamp}`));
  const all = [...points, ...fresh];
  const last = points.at(-1)?.step ?? -Infinity;
  if (fresh.some(({ step }) => step < last)) all.sort((a, b) => a.step - b.step || a.timestamp - b.timestamp);
  return all.length > maxPoints ? thin(all, maxPoints / 2) : all;
}

/** At most about `limit` points: of each bucket the lowest and the highest, the last, and every value that is no number. */
export function thin(points: readonly MetricPoint[], limit: number): MetricPoint[] {
  if (points.length <= limit) return [...points];
  const bucket = Math.ceil((2 * points.length) / limit);
  const kept: MetricPoint[] = [];
  for (let start = 0; start < points.length; start += bucket) {
    const part = points.slice(start, start + bucket);
    const low = extreme(part, (a, b) => a < b);
    const high = extreme(part, (a, b) => a > b);
    const odd = part.find(({ value }) => !Number.isFinite(toNumber(value)));
    const wanted = new Set([low, high, odd]);
    kept.push(...part.filter(point => wanted.has(point)));
  }
  const last = points.at(-1)!;
  if (kept.at(-1) !== last) kept.push(last);
  return kept;
}

/** The curve in words, for those who hear it and for the eye that wants numbers. */
export function describeSeries({ label, points }: MetricSeries, total = points.length): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return `${label}: nothing logged yet.`;
  if (points.length === 1) return `${label}: one value, ${format(first)} at step ${first.step}.`;
  const low = extreme(points, (a, b) => a < b);
  const high = extreme(points, (a, b) => a > b);
  const odd = points.filter(({ value }) => !Number.isFinite(toNumber(value)));
  const range =
    low && high ? ` lowest ${format(low)} at step ${low.step}, highest ${format(high)} at step ${high.step}.` : '';
  const broken = odd[0] ? ` Not a finite number first at step ${odd[0].step}.` : '';
  return `${label}: ${total} values from step ${first.step} to ${last.step}; last ${format(last)},${range}${broken}`;
}

/** Columns for uPlot: all steps, then each curve; null where a curve has no value there or none that can be drawn. */
export function alignSeries(series: readonly MetricSeries[]): [number[], ...(number | null)[][]] {
  const steps = [...new Set(series.flatMap(({ points }) => points.map(({ step }) => step)))].sort((a, b) => a - b);
  const place = new Map(steps.map((step, index) => [step, index]));
  const columns = series.map(({ points }) => {
    const values: (number | null | undefined)[] = steps.map(() => undefined);
    for (const { step, value } of points) {
      const number = toNumber(value);
      values[place.get(step)!] = Number.isFinite(number) ? number : null;
    }
    return values as (number | null)[];
  });
  return [steps, ...columns];
}

const format = ({ value }: MetricPoint): string => formatMetric(toNumber(value));

function extreme(points: readonly MetricPoint[], wins: (a: number, b: number) => boolean): MetricPoint | undefined {
  let best: MetricPoint | undefined;
  for (const point of points) {
    const value = toNumber(point.value);
    if (Number.isFinite(value) && (!best || wins(value, toNumber(best.value)))) best = point;
  }
  return best;
}
