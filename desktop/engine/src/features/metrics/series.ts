import type { Sqlite, Statement } from '../../storage/database.ts';
import { unpackBlock } from './block.ts';
import { allocate, compareAt, concatenate, emptyColumns, merge, pointAt, slice, type Columns } from './columns.ts';
import type { Point } from './point.ts';
import { gridOf, thin } from './thin.ts';

/** Steps that are asked for, both included. */
export interface StepRange {
  from: number;
  to: number;
}

export const allSteps: StepRange = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };

interface BlockHead {
  id: number;
  count: number;
  extremes: Columns;
}

type Series = [runNo: number, keyId: number, from: number, to: number];
type Row = [step: number, timestamp: number, value: number, nan: number];

/** Reads whole series: blocks and the tail of rows as one, each point once, ordered by step, timestamp and value. */
export class SeriesReader {
  readonly #heads: Statement<Series, { id: number; count: number; extremes: Buffer }>;
  readonly #points: Statement<[number], { points: Buffer }>;
  readonly #tail: Statement<Series, Row>;

  constructor(db: Sqlite) {
    this.#heads = db.prepare(
      `SELECT rowid AS id, count, extremes FROM metric_block WHERE run_no = ? AND key_id = ? AND last_step >= ? AND first_step <= ?
       ORDER BY first_step, first_timestamp, first_value, first_nan`,
    );
    this.#points = db.prepare('SELECT points FROM metric_block WHERE rowid = ?');
    this.#tail = db
      .prepare<Series, Row>(
        `SELECT step, timestamp, value, nan FROM metric WHERE run_no = ? AND key_id = ? AND step BETWEEN ? AND ?
         ORDER BY step, timestamp, value, nan`,
      )
      .raw();
  }

  all(runNo: number, keyId: number, range = allSteps): Columns {
    return within(this.#merged(this.#headsOf(runNo, keyId, range), this.tail(runNo, keyId, range)), range);
  }

  /** At most `maxPoints` points, without losing an extreme of any column of the chart; `total` counts all there are. */
  chart(runNo: number, keyId: number, maxPoints: number, range = allSteps): { points: Point[]; total: number } {
    const heads = this.#headsOf(runNo, keyId, range);
    const tail = this.tail(runNo, keyId, range);
    const reduced = this.#reduced(heads, tail, maxPoints, range);
    const columns = reduced?.columns ?? within(this.#merged(heads, tail), range);
    return {
      points: thin(columns, maxPoints).map(index => pointAt(columns, index)),
      total: reduced?.total ?? columns.steps.length,
    };
  }

  /** The rows that no block holds yet, and perhaps some that one does: a point may come again. */
  tail(runNo: number, keyId: number, range = allSteps): Columns {
    const rows = this.#tail.all(runNo, keyId, range.from, range.to);
    const columns = allocate(rows.length);
    rows.forEach(([step, timestamp, value, nan], index) => {
      columns.steps[index] = step;
      columns.timestamps[index] = timestamp;
      columns.values[index] = nan ? NaN : value;
    });
    return columns;
  }

  block(id: number): Columns {
    const row = this.#points.get(id);
    return row ? unpackBlock(row.points) : emptyColumns();
  }

  #headsOf(runNo: number, keyId: number, { from, to }: StepRange): BlockHead[] {
    return this.#heads
      .all(runNo, keyId, from, to)
      .map(({ extremes, ...head }) => ({ ...head, extremes: unpackBlock(extremes) }));
  }

  #merged(heads: readonly BlockHead[], tail: Columns): Columns {
    if (heads.length === 0) return tail;
    return merge(concatenate(heads.map(({ id }) => this.block(id))), tail);
  }

  /**
   * The series with each block that falls into one column of the chart replaced by its extremes: they are all that the
   * column takes from it. Null where that would not be exact: points that came late, few points, a single step, a part.
   */
  #reduced(heads: readonly BlockHead[], tail: Columns, maxPoints: number, range: StepRange) {
    const [first, last] = [heads[0]?.extremes, heads.at(-1)?.extremes];
    if (!first || !last || first.steps[0]! < range.from || last.steps.at(-1)! > range.to) return null;
    if (tail.steps.length > 0 && compareAt(last, last.steps.length - 1, tail, 0) >= 0) return null;
    const total = heads.reduce((sum, { count }) => sum + count, tail.steps.length);
    const hasNaN = [...heads.map(({ extremes }) => extremes), tail].some(({ values }) => values.some(Number.isNaN));
    const ends = { first: first.steps[0]!, last: tail.steps.at(-1) ?? last.steps.at(-1)! };
    const { columnOf } = gridOf({ ...ends, hasNaN }, maxPoints);
    if (!columnOf || total <= maxPoints) return null;
    const parts = heads.map(({ id, extremes: { steps }, extremes }) =>
      columnOf(steps[0]!) === columnOf(steps.at(-1)!) ? extremes : this.block(id),
    );
    return { columns: concatenate([...parts, tail]), total };
  }
}

function within(columns: Columns, { from, to }: StepRange): Columns {
  const { steps } = columns;
  if (steps.length === 0 || (steps[0]! >= from && steps.at(-1)! <= to)) return columns;
  const start = steps.findIndex(step => step >= from);
  const end = steps.findLastIndex(step => step <= to) + 1;
  return start < 0 || end <= start ? emptyColumns() : slice(columns, start, end);
}
