import {
  coarser,
  exponentOf,
  extremesOfColumns,
  keepExtremes,
  pick,
  wholeChart,
  type Exponent,
} from './chart-columns.ts';
import { merge, pointAt, toColumns, type Columns } from './columns.ts';
import type { Point } from './point.ts';

/** First and last step of what a chart shows. */
export interface Span {
  first: number;
  last: number;
}

/** The finest columns that a chart of so many points may have: two points each. */
export const finestColumns = ({ first, last }: Span, maxPoints: number): Exponent =>
  exponentOf(first, last, Math.max(1, Math.floor(roomOf(maxPoints) / 2)));

const keepsEnds = (maxPoints: number) => maxPoints >= 4;
const roomOf = (maxPoints: number) => maxPoints - (keepsEnds(maxPoints) ? 2 : 0);

/**
 * At most `maxPoints` of the points, without losing an extreme: of each column of the chart the least and the greatest value
 * stay (infinities count), and one NaN. Columns are as narrow as `finestColumns` has them, or as the NaN leave room for. The
 * first and the last point stay when `maxPoints` is 4 or more. Points of a single step are cut into parts of equal size.
 */
export function thin(points: Columns, maxPoints: number): Columns {
  return points.steps.length <= maxPoints ? points : thinKept(points, maxPoints, spanOf(points), endsOf(points));
}

/** The same of a series with more points, of which some are left: `points` hold the extremes of its finest columns at least. */
export function thinKept(points: Columns, maxPoints: number, span: Span, ends: Columns): Columns {
  if (span.first === span.last) return thinByPlace(points, maxPoints, ends);
  const kept = (of: Columns) => (keepsEnds(maxPoints) ? merge(of, ends) : of);
  let exponent = finestColumns(span, maxPoints);
  let thinned = extremesOfColumns(points, exponent);
  while (kept(thinned).steps.length > maxPoints && exponent !== wholeChart) {
    exponent = coarser(exponent);
    thinned = extremesOfColumns(thinned, exponent);
  }
  if (kept(thinned).steps.length > maxPoints) thinned = withoutNaN(thinned);
  return kept(thinned);
}

export function spanOf({ steps }: Columns): Span {
  return { first: steps[0] ?? 0, last: steps.at(-1) ?? 0 };
}

/** The first and the last point. */
export function endsOf(points: Columns): Columns {
  const { length } = points.steps;
  if (length < 2) return points;
  return toColumns([pointAt(points, 0), pointAt(points, length - 1)]);
}

/** Into so many parts a series of one step is cut at most. */
export const partsByPlace = (maxPoints: number): number => Math.max(1, Math.floor(roomOf(maxPoints) / 2));

function thinByPlace(points: Columns, maxPoints: number, ends: Columns): Columns {
  const { length } = points.steps;
  const hasNaN = points.values.some(value => value !== value);
  const room = roomOf(maxPoints);
  const parts = hasNaN && room >= 3 ? Math.floor(room / 3) : partsByPlace(maxPoints);
  const kept: number[] = [];
  for (let part = 0; part < parts; part++)
    keepExtremes(points.values, Math.floor((part * length) / parts), Math.floor(((part + 1) * length) / parts), kept);
  const thinned = kept.length > room ? withoutNaN(pick(points, kept)) : pick(points, kept);
  return keepsEnds(maxPoints) ? merge(thinned, ends) : thinned;
}

/** Where there is no room for a NaN beside the extremes. */
function withoutNaN(points: Columns): Columns {
  const places = Array.from(points.values.keys()).filter(place => !Number.isNaN(points.values[place]));
  return pick(points, places);
}

/** Points as objects, in order. */
export const pointsOf = (columns: Columns): Point[] => Array.from(columns.steps, (_, index) => pointAt(columns, index));
