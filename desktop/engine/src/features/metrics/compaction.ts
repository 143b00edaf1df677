import type { Sqlite, Statement } from '../../storage/database.ts';
import { blockSize, extremesOf, packBlock } from './block.ts';
import { concatenate, merge, rowAt, slice, type Columns } from './columns.ts';
import type { PointRow } from './point.ts';
import { SeriesReader } from './series.ts';

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
}

/** More blocks than these are not rewritten in one step. */
const mostReplaced = 3;

type Bounds = [step: number, timestamp: number, value: number, nan: number];
const boundsOf = ({ step, timestamp, value, nan }: PointRow): Bounds => [step, timestamp, value, nan];

export class CompactionPlanner {
  readonly #series: SeriesReader;
  readonly #longTails: Statement<[number, number], { keyId: number; count: number }>;
  readonly #runsWithTails: Statement<[number], number>;
  readonly #oldest: Statement<[number, number, number], PointRow>;
  readonly #overlapping: Statement<[number, number, ...Bounds, ...Bounds, number], PointRow & { id: number }>;

  constructor(db: Sqlite) {
    this.#series = new SeriesReader(db);
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
    let rows = this.#oldest.all(runNo, keyId, blockSize);
    const ends = () => ({ first: rows[0]!, last: rows.at(-1)! });
    if (rows.length === 0) return null;
    const bounds = [...boundsOf(ends().first), ...boundsOf(ends().last)] as [...Bounds, ...Bounds];
    const found = this.#overlapping.all(runNo, keyId, ...bounds, mostReplaced + 1);
    const beyond = found[mostReplaced];
    if (beyond) rows = rows.filter(row => compareRows(row, beyond) < 0);
    const replaced = found.slice(0, mostReplaced).map(({ id }) => id);
    const moved = rowsToColumns(rows);
    const points = replaced.length > 0 ? merge(concatenate(replaced.map(id => this.#series.block(id))), moved) : moved;
    return { runNo, keyId, rows: { ...ends(), count: rows.length }, replaced, blocks: packAll(points) };
  }
}

export class CompactionWriter {
  readonly #db: Sqlite;

  constructor(db: Sqlite) {
    this.#db = db;
  }

  /** Within a transaction. False, and nothing is changed, when rows came or went since the step was planned. */
  apply({ runNo, keyId, rows, replaced, blocks }: CompactionStep): boolean {
    const range = `run_no = ? AND key_id = ? AND (step, timestamp, value, nan) >= (?, ?, ?, ?)
      AND (step, timestamp, value, nan) <= (?, ?, ?, ?)`;
    const series = [runNo, keyId, ...boundsOf(rows.first), ...boundsOf(rows.last)];
    const { count } = this.#db
      .prepare<number[], { count: number }>(`SELECT count(*) AS count FROM metric WHERE ${range}`)
      .get(...series)!;
    const there = this.#db
      .prepare<[string], { count: number }>(
        'SELECT count(*) AS count FROM metric_block WHERE rowid IN (SELECT value FROM json_each(?))',
      )
      .get(JSON.stringify(replaced))!;
    if (count !== rows.count || there.count !== replaced.length) return false;
    this.#db.prepare(`DELETE FROM metric WHERE ${range}`).run(...series);
    for (const id of replaced) this.#db.prepare('DELETE FROM metric_block WHERE rowid = ?').run(id);
    const insert = this.#db.prepare('INSERT INTO metric_block VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    for (const block of blocks) {
      const bounds = [...boundsOf(block.first), ...boundsOf(block.last)];
      insert.run(runNo, keyId, ...bounds, block.count, block.extremes, block.points);
    }
    return true;
  }
}

/** Blocks of about equal size, none above the limit. */
function packAll(points: Columns): PackedBlock[] {
  const total = points.steps.length;
  const parts = Math.ceil(total / blockSize);
  return Array.from({ length: parts }, (_, part) => {
    const columns = slice(points, Math.floor((part * total) / parts), Math.floor(((part + 1) * total) / parts));
    const count = columns.steps.length;
    return {
      first: rowAt(columns, 0),
      last: rowAt(columns, count - 1),
      count,
      extremes: packBlock(extremesOf(columns)),
      points: packBlock(columns),
    };
  });
}

const compareRows = (a: PointRow, b: PointRow) =>
  a.step - b.step || a.timestamp - b.timestamp || (a.value === b.value ? a.nan - b.nan : a.value < b.value ? -1 : 1);

function rowsToColumns(rows: readonly PointRow[]): Columns {
  return {
    steps: Float64Array.from(rows, ({ step }) => step),
    timestamps: Float64Array.from(rows, ({ timestamp }) => timestamp),
    values: Float64Array.from(rows, ({ value, nan }) => (nan ? NaN : value)),
  };
}
