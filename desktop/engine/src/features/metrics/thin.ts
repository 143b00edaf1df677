import type { Point } from './point.ts';

/**
 * At most `maxPoints` of the points (ordered by step), without losing an extreme: the step range is cut into equal
 * buckets, and of each bucket its least and greatest value stay (infinities count), and one NaN where room allows. The
 * first and the last point stay when `maxPoints` is 4 or more.
 */
export function thin(points: readonly Point[], maxPoints: number): Point[] {
  if (points.length <= maxPoints) return [...points];
  const hasNaN = points.some(({ value }) => Number.isNaN(value));
  const ends = maxPoints >= 4 ? 2 : 0;
  const keepNaN = hasNaN && maxPoints - ends >= 3;
  const count = Math.max(1, Math.floor((maxPoints - ends) / (keepNaN ? 3 : 2)));
  const kept = new Set<number>();
  if (ends) kept.add(0).add(points.length - 1);
  const bucketOf = bucketing(points, count);
  for (let start = 0; start < points.length;) {
    let end = start + 1;
    while (end < points.length && bucketOf(end) === bucketOf(start)) end++;
    keepExtremes(points, start, end, keepNaN, kept);
    start = end;
  }
  return [...kept].sort((a, b) => a - b).map(index => points[index]!);
}

/** Buckets of equal width in steps; of equal size when there is but one step. */
function bucketing(points: readonly Point[], count: number): (index: number) => number {
  const first = points[0]!.step;
  const width = points[points.length - 1]!.step - first;
  if (width === 0) return index => Math.floor((index / points.length) * count);
  return index => Math.min(count - 1, Math.floor(((points[index]!.step - first) / width) * count));
}

function keepExtremes(points: readonly Point[], start: number, end: number, keepNaN: boolean, kept: Set<number>): void {
  let least = -1;
  let greatest = -1;
  let nan = -1;
  for (let index = start; index < end; index++) {
    const { value } = points[index]!;
    if (Number.isNaN(value)) {
      if (nan < 0) nan = index;
      continue;
    }
    if (least < 0 || value < points[least]!.value) least = index;
    if (greatest < 0 || value > points[greatest]!.value) greatest = index;
  }
  if (least >= 0) kept.add(least).add(greatest);
  if (nan >= 0 && (keepNaN || least < 0)) kept.add(nan);
}
