import { nanMarkOf } from './nan-mark.ts';
import type { Point, PointRow } from './point.ts';

/** A series column by column, ordered by step, timestamp, value, NaN: a million points are three arrays, not a million objects. */
export interface Columns {
  readonly steps: Float64Array;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

export const emptyColumns = (): Columns => allocate(0);

export function allocate(length: number): Columns {
  return { steps: new Float64Array(length), timestamps: new Float64Array(length), values: new Float64Array(length) };
}

export const pointAt = ({ steps, timestamps, values }: Columns, index: number): Point => ({
  step: steps[index]!,
  timestamp: timestamps[index]!,
  value: values[index]!,
});

export function setPoint({ steps, timestamps, values }: Columns, index: number, point: Point): void {
  steps[index] = point.step;
  timestamps[index] = point.timestamp;
  values[index] = point.value;
}

export function toColumns(points: readonly Point[]): Columns {
  const columns = allocate(points.length);
  points.forEach((point, index) => setPoint(columns, index, point));
  return columns;
}

export function slice({ steps, timestamps, values }: Columns, start: number, end: number): Columns {
  return {
    steps: steps.subarray(start, end),
    timestamps: timestamps.subarray(start, end),
    values: values.subarray(start, end),
  };
}

/** The row that a point is kept as. */
export function rowAt(columns: Columns, index: number): PointRow {
  const point = pointAt(columns, index);
  const nan = nanMarkOf(point.value);
  return { ...point, value: nan ? 0 : point.value, nan };
}

/** The order of rows: negative when point `i` of `a` comes before point `j` of `b`, 0 when they are the same point. */
export function compareAt(a: Columns, i: number, b: Columns, j: number): number {
  const difference = a.steps[i]! - b.steps[j]! || a.timestamps[i]! - b.timestamps[j]!;
  if (difference !== 0) return difference;
  const [left, right] = [a.values[i]!, b.values[j]!];
  const [x, y] = [left !== left ? 0 : left, right !== right ? 0 : right];
  if (x !== y) return x < y ? -1 : 1;
  return nanMarkOf(left) - nanMarkOf(right);
}

/** Parts that follow each other, as one. */
export function concatenate(parts: readonly Columns[]): Columns {
  if (parts.length === 1) return parts[0]!;
  const all = allocate(parts.reduce((total, { steps }) => total + steps.length, 0));
  let at = 0;
  for (const { steps, timestamps, values } of parts) {
    all.steps.set(steps, at);
    all.timestamps.set(timestamps, at);
    all.values.set(values, at);
    at += steps.length;
  }
  return all;
}

/** Two ordered series as one, each point once. */
export function merge(a: Columns, b: Columns): Columns {
  const [countA, countB] = [a.steps.length, b.steps.length];
  if (countB === 0) return a;
  if (countA === 0) return b;
  if (compareAt(a, countA - 1, b, 0) < 0) return concatenate([a, b]);
  const merged = allocate(countA + countB);
  let [i, j, at] = [0, 0, 0];
  while (i < countA || j < countB) {
    const order = i === countA ? 1 : j === countB ? -1 : compareAt(a, i, b, j);
    setPoint(merged, at++, order <= 0 ? pointAt(a, i) : pointAt(b, j));
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return slice(merged, 0, at);
}
