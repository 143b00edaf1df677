import { packBlock } from './block.ts';
import { exponentWith, extremesOfColumns, wholeChart, type Exponent } from './chart-columns.ts';
import { rowAt, type Columns } from './columns.ts';
import type { PointRow } from './point.ts';

/** How long series are cut up. */
export interface SeriesSizes {
  /** Points in a block at most: a series of a million is 245 of them. */
  block: number;
  /** Columns with points in a tile at most: of a full block each holds some 16 of its points. */
  columns: number;
  /** So many tiles of one level become one of the next. */
  together: number;
}

export const seriesSizes: SeriesSizes = { block: 4096, columns: 256, together: 16 };
/** Of the highest level: a tile of it stands for 16 million points. */
export const highestLevel = 3;

/** The order of points as a row of numbers, as the primary keys have it. */
export type Place = [step: number, timestamp: number, value: number, nan: number];
export const placeOf = ({ step, timestamp, value, nan }: PointRow): Place => [step, timestamp, value, nan];
/** Before and behind everything. */
export const start: Place = [Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -Infinity, -1];
export const end: Place = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, Infinity, 9];
/** The place next to a point: no other one lies between them. */
export const behind = ([step, timestamp, value, nan]: Place): Place => [step, timestamp, value, nan + 1];

export function isBefore(a: Place, b: Place): boolean {
  const differs = a.findIndex((value, index) => value !== b[index]);
  return differs >= 0 && a[differs]! < b[differs]!;
}

/** What a part of a series adds to charts whose columns are at least as wide as its own. */
export interface Tile {
  level: number;
  first: PointRow;
  last: PointRow;
  count: number;
  inTimeOrder: boolean;
  exponent: Exponent;
  points: Uint8Array;
}

export function tileOfBlock(block: Columns, mostColumns: number): Tile {
  const { timestamps } = block;
  const inTimeOrder = timestamps.every((timestamp, index) => index === 0 || timestamps[index - 1]! <= timestamp);
  const count = block.steps.length;
  const ends = { first: rowAt(block, 0), last: rowAt(block, count - 1) };
  return { level: 0, ...ends, count, inTimeOrder, ...columnsOf(block, mostColumns) };
}

/** Of tiles that follow each other; `kept` are their points. */
export function tileOfTiles(tiles: readonly Omit<Tile, 'points'>[], kept: Columns, mostColumns: number): Tile {
  const [first, last] = [tiles[0]!, tiles.at(-1)!];
  const finest = Math.max(...tiles.map(({ exponent }) => exponent));
  return {
    level: first.level + 1,
    first: first.first,
    last: last.last,
    count: tiles.reduce((total, { count }) => total + count, 0),
    inTimeOrder: areInTimeOrder(tiles),
    ...columnsOf(kept, mostColumns, finest),
  };
}

/** Whether parts that follow each other are in the order of time, all together. */
export const areInTimeOrder = (parts: readonly { first: PointRow; last: PointRow; inTimeOrder: boolean }[]): boolean =>
  parts.every(
    ({ inTimeOrder, first }, index) =>
      inTimeOrder && (index === 0 || parts[index - 1]!.last.timestamp <= first.timestamp),
  );

function columnsOf(points: Columns, mostColumns: number, finest: Exponent = 0): Pick<Tile, 'exponent' | 'points'> {
  const exponent = Math.max(finest, exponentWith(mostColumns, points));
  return { exponent, points: packBlock(extremesOfColumns(points, exponent)) };
}

export const exponentToRow = (exponent: Exponent): number | null => (exponent === wholeChart ? null : exponent);
export const exponentOfRow = (exponent: number | null): Exponent => exponent ?? wholeChart;
