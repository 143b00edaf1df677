import { toMetricValue, type MetricPoint } from '@benchmate/shared/domain/metric';
import { markedValue } from './nan-mark.ts';

/** One value of one metric. `step` and `timestamp` (milliseconds since 1970 UTC) are whole numbers; `value` may be NaN or infinite. */
export interface Point {
  step: number;
  timestamp: number;
  value: number;
}

export interface LoggedPoint extends Point {
  key: string;
}

/** A point as rows keep it; `nan` is a {@link NanMark}. */
export interface PointRow extends Point {
  nan: number;
}

export const toPoint = ({ step, timestamp, value, nan }: PointRow): Point => ({
  step,
  timestamp,
  value: markedValue(value, nan),
});

/** As it travels in JSON. */
export const toMetricPoint = ({ step, timestamp, value }: Point): MetricPoint => ({
  step,
  timestamp,
  value: toMetricValue(value),
});

/** By step, then timestamp, then value; NaN counts as 0 here, as MLflow has it. */
export function isLater(a: Point, b: Point): boolean {
  if (a.step !== b.step) return a.step > b.step;
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp;
  return (Number.isNaN(a.value) ? 0 : a.value) > (Number.isNaN(b.value) ? 0 : b.value);
}
