import type { Sqlite, Statement } from '../../storage/database.ts';
import { unpackBlock } from './block.ts';
import { allocate, compareAt, concatenate, emptyColumns, merge, rowAt, slice, type Columns } from './columns.ts';
import { markedValue } from './nan-mark.ts';
import type { BlockPart, TileCover } from './tile-cover.ts';
import { behind, end, isBefore, placeOf, start, type Place } from './tile.ts';

/** Steps that are asked for, both included. */
export interface StepRange {
  from: number;
  to: number;
}

export const allSteps: StepRange = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };

/** Before all points of a step, and behind them. */
export const beforeStep = (step: number): Place => [step, start[1], start[2], start[3]];
export const behindStep = (step: number): Place => [step, end[1], end[2], end[3]];

type Series = [runNo: number, keyId: number, from: number, to: number];
type Row = [step: number, timestamp: number, value: number, nan: number];

/** Reads whole series: blocks and the tail of rows as one, each point once, ordered by step, timestamp and value. */
export class SeriesReader {
  readonly #cover: TileCover;
  readonly #points: Statement<[number], { points: Buffer }>;
  readonly #tail: Statement<Series, Row>;

  constructor(db: Sqlite, cover: TileCover) {
    this.#cover = cover;
    this.#points = db.prepare('SELECT points FROM metric_block WHERE rowid = ?');
    this.#tail = db
      .prepare<Series, Row>(
        `SELECT step, timestamp, value, nan FROM metric WHERE run_no = ? AND key_id = ? AND step BETWEEN ? AND ?
         ORDER BY step, timestamp, value, nan`,
      )
      .raw();
  }

  all(runNo: number, keyId: number, range = allSteps): Columns {
    const from = this.#cover.blockBefore(runNo, keyId, beforeStep(range.from));
    const blocks = this.#cover.blocks(runNo, keyId, beforeStep(range.from), behindStep(range.to));
    if (from && from.last.step >= range.from) blocks.unshift(from);
    const tail = this.tail(runNo, keyId, range);
    if (blocks.length === 0) return tail;
    return within(merge(concatenate(blocks.map(({ id }) => this.block(id))), tail), range);
  }

  /** The rows that no block holds yet, and perhaps some that one does: a point may come again. */
  tail(runNo: number, keyId: number, range = allSteps): Columns {
    const rows = this.#tail.all(runNo, keyId, range.from, range.to);
    const columns = allocate(rows.length);
    rows.forEach(([step, timestamp, value, nan], index) => {
      columns.steps[index] = step;
      columns.timestamps[index] = timestamp;
      columns.values[index] = markedValue(value, nan);
    });
    return columns;
  }

  block(id: number): Columns {
    const row = this.#points.get(id);
    return row ? unpackBlock(row.points) : emptyColumns();
  }

  /** How many points of the tail a block holds, too: points that were logged again. */
  repeated(runNo: number, keyId: number, tail: Columns): number {
    const last = this.#cover.blockBefore(runNo, keyId, end);
    let repeated = 0;
    let block: BlockPart | undefined;
    let points = emptyColumns();
    for (let index = 0; index < tail.steps.length; index++) {
      const place = placeOf(rowAt(tail, index));
      if (!last || isBefore(placeOf(last.last), place)) break;
      if (!block || isBefore(placeOf(block.last), place)) {
        const found = this.#cover.blockBefore(runNo, keyId, behind(place));
        if (found && found.id !== block?.id) points = this.block(found.id);
        block = found;
      }
      if (block && placeIn(points, tail, index) >= 0) repeated++;
    }
    return repeated;
  }
}

/** Where a point of another series stands in this one, or -1. */
function placeIn(points: Columns, other: Columns, index: number): number {
  let [low, high] = [0, points.steps.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compareAt(points, middle, other, index);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

export function within(columns: Columns, { from, to }: StepRange): Columns {
  const { steps } = columns;
  if (steps.length === 0 || (steps[0]! >= from && steps.at(-1)! <= to)) return columns;
  return slice(columns, firstFrom(steps, from), Math.max(firstFrom(steps, from), firstFrom(steps, to + 1)));
}

/** The place of the first step that is not below. */
function firstFrom(steps: Float64Array, step: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! < step) low = middle + 1;
    else high = middle;
  }
  return low;
}
