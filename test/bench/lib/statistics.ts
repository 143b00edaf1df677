/** Percentile of unsorted figures, nearest rank; `p` from 0 to 100. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 50);

/** `name  p50  p95  max` in one aligned line. */
export function line(name: string, values: readonly number[], unit: string): string {
  const figure = (value: number) => value.toFixed(value < 10 ? 2 : 1).padStart(9);
  return `${name.padEnd(34)} p50 ${figure(median(values))}  p95 ${figure(percentile(values, 95))}  max ${figure(Math.max(...values))} ${unit}  (n=${values.length})`;
}
