import type { Sqlite, Statement } from '../../storage/database.ts';
import { unpackBlock } from './block.ts';
import { concatenate, emptyColumns, merge, toColumns, type Columns } from './columns.ts';
import { toPoint, type Point } from './point.ts';
import { allSteps, beforeStep, behindStep, within, type SeriesReader, type StepRange } from './series.ts';
import { finestColumns, endsOf, partsByPlace, pointsOf, thin, thinKept, type Span } from './thin.ts';
import type { BlockPart, Part, TileCover, TilePart } from './tile-cover.ts';
import { end, placeOf } from './tile.ts';

export interface Chart {
  points: Point[];
  /** How many there are of those steps. */
  total: number;
  /** Whether so many parts were read that tiles must be missing. */
  lacksTiles: boolean;
}

/** With all its tiles no chart over steps opens more blocks, or reads more parts. */
const most = { blocks: 100, parts: 400 };

interface Asked {
  runNo: number;
  keyId: number;
  range: StepRange;
}

/** Reads charts: what one reads depends on how much it shows, not on how long the series is. */
export class ChartReader {
  readonly #cover: TileCover;
  readonly #series: SeriesReader;
  readonly #tailSpan: Statement<[number, number, number, number], { first: number | null; last: number | null }>;

  constructor(db: Sqlite, cover: TileCover, series: SeriesReader) {
    this.#cover = cover;
    this.#series = series;
    const ofSeries = 'FROM metric WHERE run_no = ? AND key_id = ?';
    this.#tailSpan = db.prepare(
      `SELECT (SELECT min(step) ${ofSeries}) AS first, (SELECT max(step) ${ofSeries}) AS last`,
    );
  }

  /** At most `maxPoints` points as `thin` has them, exactly. */
  read(runNo: number, keyId: number, maxPoints: number, range = allSteps): Chart {
    const asked = { runNo, keyId, range };
    const tail = this.#series.tail(runNo, keyId, range);
    const blocks = new OpenBlocks(this.#series);
    const whole = this.#parts(asked, () => true)
      .map(part => this.#read(asked, part, blocks, 'count'))
      .filter(({ count }) => count > 0);
    if (whole.length === 0)
      return { points: pointsOf(thin(tail, maxPoints)), total: tail.steps.length, lacksTiles: false };
    const repeated = this.#series.repeated(runNo, keyId, tail);
    const total = whole.reduce((sum, { count }) => sum + count, tail.steps.length - repeated);
    if (total <= maxPoints)
      return { points: pointsOf(this.#series.all(runNo, keyId, range)), total, lacksTiles: false };
    const span = this.#span(asked);
    const single = span.first === span.last;
    const columns = finestColumns(span, maxPoints);
    const perPart = total / partsByPlace(maxPoints);
    const parts = this.#parts(asked, tile => (single ? tile.count <= perPart : tile.exponent <= columns));
    const isSmall = ({ first, last, count }: Part) =>
      single ? count <= perPart : Math.floor(first.step / 2 ** columns) === Math.floor(last.step / 2 ** columns);
    const read = parts
      .map(part => this.#read(asked, part, blocks, isSmall(part) ? 'extremes' : 'points'))
      .filter(({ count }) => count > 0);
    const kept = merge(concatenate(read.map(({ points }) => points)), tail);
    const ends = endsOf(merge(merge(read[0]!.ends, read.at(-1)!.ends), endsOf(tail)));
    return {
      points: pointsOf(thinKept(kept, maxPoints, span, ends)),
      total,
      lacksTiles: !single && (blocks.size > most.blocks || parts.length > most.parts),
    };
  }

  /** What of the whole series lies within the range. */
  #span({ runNo, keyId, range }: Asked): Span {
    const tail = this.#tailSpan.get(runNo, keyId, runNo, keyId);
    const first = this.#cover.firstBlock(runNo, keyId)?.first.step ?? Infinity;
    const last = this.#cover.blockBefore(runNo, keyId, end)?.last.step ?? -Infinity;
    return {
      first: Math.max(range.from, Math.min(first, tail?.first ?? Infinity)),
      last: Math.min(range.to, Math.max(last, tail?.last ?? -Infinity)),
    };
  }

  #parts({ runNo, keyId, range }: Asked, fits: (tile: TilePart) => boolean): Part[] {
    const before = this.#cover.blockBefore(runNo, keyId, beforeStep(range.from));
    const from = before && before.last.step >= range.from ? placeOf(before.first) : beforeStep(range.from);
    const fitting = (tile: TilePart) => isWithin(tile, range) && fits(tile);
    return this.#cover.parts(runNo, keyId, fitting, from, behindStep(range.to));
  }

  #read({ runNo, keyId, range }: Asked, part: Part, blocks: OpenBlocks, wanted: 'count' | 'extremes' | 'points'): Read {
    if (part.kind === 'block' && !isWithin(part, range)) {
      const points = within(blocks.open(part), range);
      return { points, count: points.steps.length, ends: endsOf(points) };
    }
    const ends = toColumns(part.count > 1 ? [toPoint(part.first), toPoint(part.last)] : [toPoint(part.first)]);
    const all = { count: part.count, ends };
    if (wanted === 'count') return { ...all, points: emptyColumns() };
    if (part.kind === 'tile') return { ...all, points: unpackBlock(this.#cover.pointsOf(runNo, keyId, part)!) };
    return { ...all, points: wanted === 'extremes' ? this.#cover.extremes(part) : blocks.open(part) };
  }
}

interface Read {
  points: Columns;
  count: number;
  ends: Columns;
}

const isWithin = ({ first, last }: Part, { from, to }: StepRange) => first.step >= from && last.step <= to;

/** Each block is opened once. */
class OpenBlocks {
  readonly #series: SeriesReader;
  readonly #open = new Map<number, Columns>();

  constructor(series: SeriesReader) {
    this.#series = series;
  }

  get size(): number {
    return this.#open.size;
  }

  open({ id }: BlockPart): Columns {
    const known = this.#open.get(id) ?? this.#series.block(id);
    this.#open.set(id, known);
    return known;
  }
}
