import {
  allocate,
  compareAt,
  concatenate,
  emptyColumns,
  pointAt,
  rowAt,
  setPoint,
  slice,
  type Columns,
} from './columns.ts';
import type { SeriesReader } from './series.ts';
import type { Part, TileCover, TilePart } from './tile-cover.ts';
import { areInTimeOrder, behind, isBefore, placeOf } from './tile.ts';

/** Points `start` to before `end` of a series that is in the order of time. */
interface Page {
  start: number;
  end: number;
}

/** Parts of a series by timestamp, step and value: MLflow's order. */
export class TimePages {
  readonly #cover: TileCover;
  readonly #series: SeriesReader;

  constructor(cover: TileCover, series: SeriesReader) {
    this.#cover = cover;
    this.#series = series;
  }

  /**
   * With memory of its own, which can be handed to another thread. Opens no more blocks than the page needs, unless steps and
   * time do not go the same way: then all of them.
   */
  read(runNo: number, keyId: number, { start, end }: Page): Columns {
    const tail = this.#series.tail(runNo, keyId);
    const parts = this.#cover.parts(runNo, keyId, ({ inTimeOrder }) => inTimeOrder);
    const tiles = parts.filter((part): part is TilePart => part.kind === 'tile');
    if (tiles.length < parts.length || !areInTimeOrder(tiles) || !follows(tail, tiles.at(-1)))
      return copy(slicePage(byTime(this.#series.all(runNo, keyId)), { start, end }));
    const count = tiles.reduce((sum, tile) => sum + tile.count, 0);
    const pages = [
      ...this.#open(runNo, keyId, tiles, { start, end }),
      slicePage(tail, { start: start - count, end: end - count }),
    ];
    return copy(pages.length > 0 ? concatenate(pages) : emptyColumns());
  }

  #open(runNo: number, keyId: number, parts: readonly Part[], { start, end }: Page): Columns[] {
    const opened: Columns[] = [];
    let at = 0;
    for (const part of parts) {
      const within: Page = { start: start - at, end: end - at };
      at += part.count;
      if (within.end <= 0 || within.start >= part.count) continue;
      if (part.kind === 'block') opened.push(slicePage(this.#series.block(part.id), within));
      else opened.push(...this.#open(runNo, keyId, this.#under(runNo, keyId, part), within));
    }
    return opened;
  }

  /** The tiles of the level below, or the one block. */
  #under(runNo: number, keyId: number, { level, first, last }: TilePart): Part[] {
    const [from, to] = [placeOf(first), behind(placeOf(last))];
    return level > 0
      ? this.#cover.tiles(runNo, keyId, level - 1, from, to)
      : this.#cover.blocks(runNo, keyId, from, to);
  }
}

/** Whether rows are in the order of time, and all behind the last part, in steps and in time. */
function follows(tail: Columns, last: TilePart | undefined): boolean {
  if (tail.steps.length === 0) return true;
  if (!isSorted(tail)) return false;
  return !last || (last.last.timestamp <= tail.timestamps[0]! && isBefore(placeOf(last.last), placeOf(rowAt(tail, 0))));
}

const slicePage = (columns: Columns, { start, end }: Page): Columns =>
  slice(columns, clamp(start, columns), clamp(end, columns));
const clamp = (place: number, { steps }: Columns) => Math.max(0, Math.min(place, steps.length));

const isSorted = ({ timestamps }: Columns) =>
  timestamps.every((timestamp, index) => index === 0 || timestamps[index - 1]! <= timestamp);

/** A series is in the order of time already unless clocks or steps went backwards. */
function byTime(columns: Columns): Columns {
  const { steps, timestamps } = columns;
  if (isSorted(columns)) return columns;
  const places = Uint32Array.from(steps, (_, index) => index).sort(
    (a, b) => timestamps[a]! - timestamps[b]! || compareAt(columns, a, columns, b),
  );
  const ordered = allocate(steps.length);
  places.forEach((place, index) => setPoint(ordered, index, pointAt(columns, place)));
  return ordered;
}

const copy = ({ steps, timestamps, values }: Columns): Columns => ({
  steps: steps.slice(),
  timestamps: timestamps.slice(),
  values: values.slice(),
});
