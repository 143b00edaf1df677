import { setPoint, allocate, pointAt, type Columns } from './columns.ts';

/**
 * The columns of a chart are 2 to the power of `exponent` steps wide and begin at multiples of that, wherever the series
 * begins: so a finer chart's columns always fill a coarser one's, and what was kept for the finer one is all that the
 * coarser one can need. `wholeChart` is one column for everything.
 */
export type Exponent = number;
export const wholeChart: Exponent = Infinity;
const greatestExponent = 53;

/** The next coarser columns. */
export const coarser = (exponent: Exponent): Exponent => (exponent < greatestExponent ? exponent + 1 : wholeChart);

/** The finest columns of which at most `most` reach from the first step to the last one. */
export function exponentOf(first: number, last: number, most: number): Exponent {
  let exponent = Math.max(0, Math.floor(Math.log2((last - first) / most || 1)) - 1);
  while (exponent < wholeChart && Math.floor(last / 2 ** exponent) - Math.floor(first / 2 ** exponent) >= most)
    exponent = coarser(exponent);
  return exponent;
}

/** The finest columns that leave at most `most` of them with points. */
export function exponentWith(most: number, { steps }: Columns): Exponent {
  if (steps.length === 0) return 0;
  const coarsest = exponentOf(steps[0]!, steps.at(-1)!, most);
  let [low, high] = [0, coarsest === wholeChart ? greatestExponent + 1 : coarsest];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (filledColumns(steps, 2 ** middle) <= most) high = middle;
    else low = middle + 1;
  }
  return low > greatestExponent ? wholeChart : low;
}

function filledColumns(steps: Float64Array, width: number): number {
  let [filled, end] = [0, -Infinity];
  for (const step of steps) {
    if (step < end) continue;
    filled++;
    end = (Math.floor(step / width) + 1) * width;
  }
  return filled;
}

/** Of each column its least and greatest number and its first NaN: the first of equals, in order. */
export function extremesOfColumns(points: Columns, exponent: Exponent): Columns {
  const { steps } = points;
  const width = 2 ** exponent;
  const kept: number[] = [];
  for (let start = 0; start < steps.length;) {
    const next = (Math.floor(steps[start]! / width) + 1) * width;
    let end = start + 1;
    while (end < steps.length && steps[end]! < next) end++;
    keepExtremes(points.values, start, end, kept);
    start = end;
  }
  return pick(points, kept);
}

/** Adds the places of the least and greatest number and of the first NaN from `start` to before `end`, in order. */
export function keepExtremes(values: Float64Array, start: number, end: number, kept: number[]): void {
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
  const places = [least, greatest, nan].filter(index => index >= 0).toSorted((a, b) => a - b);
  places.forEach((place, index) => place !== places[index - 1] && kept.push(place));
}

export function pick(points: Columns, places: readonly number[]): Columns {
  if (places.length === points.steps.length) return points;
  const picked = allocate(places.length);
  places.forEach((place, index) => setPoint(picked, index, pointAt(points, place)));
  return picked;
}
