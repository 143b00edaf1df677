import type { Sqlite, Statement } from '../../storage/database.ts';
import { unpackBlock } from './block.ts';
import type { Columns } from './columns.ts';
import type { PointRow } from './point.ts';
import { behind, end, exponentOfRow, highestLevel, placeOf, start, type Place, type Tile } from './tile.ts';

/** One part of a series: a tile, or a block that has none. */
export type Part = TilePart | BlockPart;
export interface TilePart extends Omit<Tile, 'points'> {
  kind: 'tile';
}
export interface BlockPart {
  kind: 'block';
  id: number;
  first: PointRow;
  last: PointRow;
  count: number;
}

type Between = [...Place, ...Place];
interface Row {
  step: number;
  timestamp: number;
  value: number;
  nan: number;
  lastStep: number;
  lastTimestamp: number;
  lastValue: number;
  lastNaN: number;
  count: number;
}
interface TileRow extends Row {
  inTimeOrder: 0 | 1;
  exponent: number | null;
}

const bounds = `first_step AS step, first_timestamp AS timestamp, first_value AS value, first_nan AS nan, last_step AS lastStep,
  last_timestamp AS lastTimestamp, last_value AS lastValue, last_nan AS lastNaN, count`;
const between = `(first_step, first_timestamp, first_value, first_nan) >= (?, ?, ?, ?)
  AND (first_step, first_timestamp, first_value, first_nan) < (?, ?, ?, ?)
  ORDER BY first_step, first_timestamp, first_value, first_nan`;

/** Finds the parts that a series is read from: as few as will do. */
export class TileCover {
  readonly #tiles: Statement<[number, number, number, ...Between], TileRow>;
  readonly #blocks: Statement<[number, number, ...Between], Row & { id: number }>;
  readonly #blockBefore: Statement<[number, number, ...Place], Row & { id: number }>;
  readonly #firstBlock: Statement<[number, number], Row & { id: number }>;
  readonly #extremes: Statement<[number], Buffer>;
  readonly #points: Statement<[number, number, number, ...Place], Buffer>;
  readonly #isTiled: Statement<[number, number]>;

  constructor(db: Sqlite) {
    this.#tiles = db.prepare(
      `SELECT ${bounds}, in_time_order AS inTimeOrder, exponent FROM metric_tile
       WHERE run_no = ? AND key_id = ? AND level = ? AND ${between}`,
    );
    this.#blocks = db.prepare(
      `SELECT rowid AS id, ${bounds} FROM metric_block WHERE run_no = ? AND key_id = ? AND ${between}`,
    );
    this.#blockBefore = db.prepare(
      `SELECT rowid AS id, ${bounds} FROM metric_block
       WHERE run_no = ? AND key_id = ? AND (first_step, first_timestamp, first_value, first_nan) < (?, ?, ?, ?)
       ORDER BY first_step DESC, first_timestamp DESC, first_value DESC, first_nan DESC LIMIT 1`,
    );
    this.#firstBlock = db.prepare(
      `SELECT rowid AS id, ${bounds} FROM metric_block WHERE run_no = ? AND key_id = ?
       ORDER BY first_step, first_timestamp, first_value, first_nan LIMIT 1`,
    );
    this.#extremes = db.prepare<[number], Buffer>('SELECT extremes FROM metric_block WHERE rowid = ?').pluck();
    const isAt = '(first_step, first_timestamp, first_value, first_nan) = (?, ?, ?, ?)';
    this.#points = db
      .prepare<[number, number, number, ...Place], Buffer>(
        `SELECT points FROM metric_tile WHERE run_no = ? AND key_id = ? AND level = ? AND ${isAt}`,
      )
      .pluck();
    this.#isTiled = db.prepare('SELECT 1 FROM metric_tile WHERE run_no = ? AND key_id = ? LIMIT 1');
  }

  /** The blocks between two places, each as one tile that `fits`, within a tile of a higher level that fits, or as itself. */
  parts(runNo: number, keyId: number, fits: (tile: TilePart) => boolean, from = start, to = end): Part[] {
    const level = this.#isTiled.get(runNo, keyId) ? highestLevel : -1;
    return this.#cover({ runNo, keyId, fits }, level, from, to);
  }

  /** The last block that begins before a place. */
  blockBefore(runNo: number, keyId: number, place: Place): BlockPart | undefined {
    const row = this.#blockBefore.get(runNo, keyId, ...place);
    return row && { kind: 'block', id: row.id, ...boundsOf(row) };
  }

  firstBlock(runNo: number, keyId: number): BlockPart | undefined {
    const row = this.#firstBlock.get(runNo, keyId);
    return row && { kind: 'block', id: row.id, ...boundsOf(row) };
  }

  tiles(runNo: number, keyId: number, level: number, from = start, to = end): TilePart[] {
    return this.#tiles.all(runNo, keyId, level, ...from, ...to).map(row => ({
      kind: 'tile',
      level,
      ...boundsOf(row),
      inTimeOrder: row.inTimeOrder === 1,
      exponent: exponentOfRow(row.exponent),
    }));
  }

  blocks(runNo: number, keyId: number, from = start, to = end): BlockPart[] {
    return this.#blocks.all(runNo, keyId, ...from, ...to).map(row => ({ kind: 'block', id: row.id, ...boundsOf(row) }));
  }

  /** The points that a tile keeps, packed. */
  pointsOf(runNo: number, keyId: number, { level, first }: TilePart): Buffer | undefined {
    return this.#points.get(runNo, keyId, level, ...placeOf(first));
  }

  /** First, least, greatest, the first NaN and the last point of a block. */
  extremes({ id }: BlockPart): Columns {
    return unpackBlock(this.#extremes.get(id)!);
  }

  #cover(
    asked: { runNo: number; keyId: number; fits: (tile: TilePart) => boolean },
    level: number,
    from: Place,
    to: Place,
  ): Part[] {
    const { runNo, keyId, fits } = asked;
    if (level < 0) return this.blocks(runNo, keyId, from, to);
    const parts: Part[] = [];
    let at = from;
    for (const tile of this.tiles(runNo, keyId, level, from, to).filter(fits)) {
      parts.push(...this.#cover(asked, level - 1, at, placeOf(tile.first)), tile);
      at = behind(placeOf(tile.last));
    }
    return [...parts, ...this.#cover(asked, level - 1, at, to)];
  }
}

const boundsOf = (row: Row) => ({
  first: { step: row.step, timestamp: row.timestamp, value: row.value, nan: row.nan },
  last: { step: row.lastStep, timestamp: row.lastTimestamp, value: row.lastValue, nan: row.lastNaN },
  count: row.count,
});
