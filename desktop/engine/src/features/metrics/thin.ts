import type { Columns } from './columns.ts';

/** How the steps of a chart are cut into columns of equal width. */
export interface Grid {
  count: number;
  /** Whether a column has room for a NaN beside its extremes. */
  keepNaN: boolean;
  /** Whether the ends of the whole series stay, too. */
  keepEnds: boolean;
  /** The column of a step; undefined when there is but one step, which cannot be cut. */
  columnOf: ((step: number) => number) | undefined;
}

export function gridOf(series: { first: number; last: number; hasNaN: boolean }, maxPoints: number): Grid {
  const keepEnds = maxPoints >= 4;
  const room = maxPoints - (keepEnds ? 2 : 0);
  const keepNaN = series.hasNaN && room >= 3;
  const count = Math.max(1, Math.floor(room / (keepNaN ? 3 : 2)));
  const width = series.last - series.first;
  const columnOf = (step: number) => Math.min(count - 1, Math.floor(((step - series.first) / width) * count));
  return { count, keepNaN, keepEnds, columnOf: width === 0 ? undefined : columnOf };
}

/**
 * Places of at most `maxPoints` of the points, without losing an extreme: the step range is cut into equal columns (into
 * parts of equal size when there is but one step), and of each column its least and greatest value stay (infinities
 * count), and one NaN where room allows. The first and the last point stay when `maxPoints` is 4 or more.
 */
export function thin({ steps, values }: Columns, maxPoints: number): number[] {
  const length = steps.length;
  if (length <= maxPoints) return Array.from({ length }, (_, index) => index);
  const hasNaN = values.some(value => value !== value);
  const grid = gridOf({ first: steps[0]!, last: steps[length - 1]!, hasNaN }, maxPoints);
  const { count, columnOf } = grid;
  const columnAt = (index: number) => (columnOf ? columnOf(steps[index]!) : Math.floor((index / length) * count));
  const kept = new Set<number>(grid.keepEnds ? [0, length - 1] : []);
  for (let start = 0; start < length;) {
    const column = columnAt(start);
    let end = start + 1;
    while (end < length && columnAt(end) === column) end++;
    keepExtremes(values, start, end, grid.keepNaN, kept);
    start = end;
  }
  return [...kept].sort((a, b) => a - b);
}

function keepExtremes(values: Float64Array, start: number, end: number, keepNaN: boolean, kept: Set<number>): void {
  let [least, greatest, nan] = [-1, -1, -1];
  for (let index = start; index < end; index++) {
    const value = values[index]!;
    if (value !== value) {
      if (nan < 0) nan = index;
      continue;
    }
    if (least < 0 || value < values[least]!) least = index;
    if (greatest < 0 || value > values[greatest]!) greatest = index;
  }
  if (least >= 0) kept.add(least).add(greatest);
  if (nan >= 0 && (keepNaN || least < 0)) kept.add(nan);
}
