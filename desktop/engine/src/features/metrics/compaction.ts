import type { Sqlite, Statement } from '../../storage/database.ts';
import { extremesOf, packBlock } from './block.ts';
import { concatenate, merge, rowAt, slice, type Columns } from './columns.ts';
import { markedValue } from './nan-mark.ts';
import type { PointRow } from './point.ts';
import type { SeriesReader } from './series.ts';
import { TileWriter } from './tile-writer.ts';
import { placeOf, seriesSizes, tileOfBlock, type Place, type SeriesSizes, type Tile } from './tile.ts';

/** One small step of moving the oldest rows of a series into blocks: planned on any connection, carried out by the writer. */
export interface CompactionStep {
  runNo: number;
  keyId: number;
  /** The rows from the first to the last one; `count` of them were seen. */
  rows: { first: PointRow; last: PointRow; count: number };
  /** Blocks that late points fall into: the new ones take their place. */
  replaced: number[];
  blocks: PackedBlock[];
}

interface PackedBlock {
  first: PointRow;
  last: PointRow;
  count: number;
  extremes: Uint8Array;
  points: Uint8Array;
  tile: Tile;
}

/** More blocks than these are not rewritten in one step. */
const mostReplaced = 3;

export class CompactionPlanner {
  readonly #sizes: SeriesSizes;
  readonly #series: SeriesReader;
  readonly #longTails: Statement<[number, number], { keyId: number; count: number }>;
  readonly #runsWithTails: Statement<[number], number>;
  readonly #oldest: Statement<[number, number, number], PointRow>;
  readonly #overlapping: Statement<[number, number, ...Place, ...Place, number], PointRow & { id: number }>;

  constructor(db: Sqlite, series: SeriesReader, sizes = seriesSizes) {
    this.#sizes = sizes;
    this.#series = series;
    this.#longTails = db.prepare(
      'SELECT key_id AS keyId, count(*) AS count FROM metric WHERE run_no = ? GROUP BY key_id HAVING count(*) >= ?',
    );
    this.#runsWithTails = db
      .prepare<[number], number>(
        `SELECT DISTINCT run_no FROM (SELECT run_no FROM metric GROUP BY run_no, key_id HAVING count(*) >= ?)`,
      )
      .pluck();
    this.#oldest = db.prepare(
      `SELECT step, timestamp, value, nan FROM metric WHERE run_no = ? AND key_id = ?
       ORDER BY step, timestamp, value, nan LIMIT ?`,
    );
    this.#overlapping = db.prepare(
      `SELECT rowid AS id, first_step AS step, first_timestamp AS timestamp, first_value AS value, first_nan AS nan
       FROM metric_block WHERE run_no = ? AND key_id = ?
       AND (last_step, last_timestamp, last_value, last_nan) >= (?, ?, ?, ?)
       AND (first_step, first_timestamp, first_value, first_nan) <= (?, ?, ?, ?)
       ORDER BY first_step, first_timestamp, first_value, first_nan LIMIT ?`,
    );
  }

  /** Series of a run with so many rows at least. */
  longTails(runNo: number, least: number): { keyId: number; count: number }[] {
    return this.#longTails.all(runNo, least);
  }

  /** Runs that have a series with so many rows at least. */
  runsWithTails(least: number): number[] {
    return this.#runsWithTails.all(least);
  }

  /** Null when nothing is left. */
  plan(runNo: number, keyId: number): CompactionStep | null {
    let rows = this.#oldest.all(runNo, keyId, this.#sizes.block);
    const ends = () => ({ first: rows[0]!, last: rows.at(-1)! });
    if (rows.length === 0) return null;
    const bounds = [...placeOf(ends().first), ...placeOf(ends().last)] as [...Place, ...Place];
    const found = this.#overlapping.all(runNo, keyId, ...bounds, mostReplaced + 1);
    const beyond = found[mostReplaced];
    if (beyond) rows = rows.filter(row => compareRows(row, beyond) < 0);
    const replaced = found.slice(0, mostReplaced).map(({ id }) => id);
    const moved = rowsToColumns(rows);
    const points = replaced.length > 0 ? merge(concatenate(replaced.map(id => this.#series.block(id))), moved) : moved;
    return { runNo, keyId, rows: { ...ends(), count: rows.length }, replaced, blocks: packAll(points, this.#sizes) };
  }
}

type RowRange = [runNo: number, keyId: number, ...Place, ...Place];

export class CompactionWriter {
  readonly #tiles: TileWriter;
  readonly #count: Statement<RowRange, number>;
  readonly #countBlocks: Statement<[string], number>;
  readonly #removeRows: Statement<RowRange>;
  readonly #removeBlock: Statement<[number]>;
  readonly #insert: Statement;

  constructor(db: Sqlite) {
    this.#tiles = new TileWriter(db);
    const range = `run_no = ? AND key_id = ? AND (step, timestamp, value, nan) >= (?, ?, ?, ?)
      AND (step, timestamp, value, nan) <= (?, ?, ?, ?)`;
    this.#count = db.prepare<RowRange, number>(`SELECT count(*) FROM metric WHERE ${range}`).pluck();
    this.#countBlocks = db
      .prepare<[string], number>('SELECT count(*) FROM metric_block WHERE rowid IN (SELECT value FROM json_each(?))')
      .pluck();
    this.#removeRows = db.prepare(`DELETE FROM metric WHERE ${range}`);
    this.#removeBlock = db.prepare('DELETE FROM metric_block WHERE rowid = ?');
    this.#insert = db.prepare('INSERT INTO metric_block VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  }

  /** Within a transaction. False, and nothing is changed, when rows came or went since the step was planned. */
  apply({ runNo, keyId, rows, replaced, blocks }: CompactionStep): boolean {
    const range: RowRange = [runNo, keyId, ...placeOf(rows.first), ...placeOf(rows.last)];
    if (this.#count.get(...range) !== rows.count) return false;
    if (this.#countBlocks.get(JSON.stringify(replaced)) !== replaced.length) return false;
    this.#removeRows.run(...range);
    for (const id of replaced) this.#removeBlock.run(id);
    this.#tiles.drop(runNo, keyId, placeOf(blocks[0]!.first), placeOf(blocks.at(-1)!.last));
    for (const block of blocks) {
      const bounds = [...placeOf(block.first), ...placeOf(block.last)];
      this.#insert.run(runNo, keyId, ...bounds, block.count, block.extremes, block.points);
      this.#tiles.insert(runNo, keyId, block.tile);
    }
    return true;
  }
}

/** Blocks of about equal size, none above the limit. */
function packAll(points: Columns, sizes: SeriesSizes): PackedBlock[] {
  const total = points.steps.length;
  const parts = Math.ceil(total / sizes.block);
  return Array.from({ length: parts }, (_, part) => {
    const columns = slice(points, Math.floor((part * total) / parts), Math.floor(((part + 1) * total) / parts));
    const count = columns.steps.length;
    return {
      first: rowAt(columns, 0),
      last: rowAt(columns, count - 1),
      count,
      extremes: packBlock(extremesOf(columns)),
      points: packBlock(columns),
      tile: tileOfBlock(columns, sizes.columns),
    };
  });
}

const compareRows = (a: PointRow, b: PointRow) =>
  a.step - b.step || a.timestamp - b.timestamp || (a.value === b.value ? a.nan - b.nan : a.value < b.value ? -1 : 1);

function rowsToColumns(rows: readonly PointRow[]): Columns {
  return {
    steps: Float64Array.from(rows, ({ step }) => step),
    timestamps: Float64Array.from(rows, ({ timestamp }) => timestamp),
    values: Float64Array.from(rows, ({ value, nan }) => markedValue(value, nan)),
  };
}
