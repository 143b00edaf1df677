import type { Sqlite, Statement } from '../../storage/database.ts';
import { extremesOf, unpackBlock } from './block.ts';
import { extremesOfColumns } from './chart-columns.ts';
import { compareAt, concatenate, rowAt, type Columns } from './columns.ts';
import type { PointRow } from './point.ts';
import type { BlockPart, TileCover, TilePart } from './tile-cover.ts';
import { highestLevel, isBefore, placeOf } from './tile.ts';

/** A block or a tile that does not say what its points say. */
export interface WrongPart {
  part: BlockPart | TilePart;
  /** What it says wrongly. */
  what: string;
}

/** A tile while the blocks below it are gone through. */
interface OpenTile {
  tile: TilePart;
  blocks: BlockPart[];
  /** The extremes of each block, by the tile's columns. */
  kept: Columns[];
  inTimeOrder: boolean;
  /** Of the last block so far. */
  lastTimestamp: number;
}

/** Compares what is derived from points with the points: the bounds and extremes of blocks, and every tile. */
export class PartCheck {
  readonly #cover: TileCover;
  readonly #points: Statement<[number], Record<'points' | 'extremes', Buffer>>;
  readonly #packed: Statement<[], { runNo: number; keyId: number }>;

  constructor(db: Sqlite, cover: TileCover) {
    this.#cover = cover;
    this.#points = db.prepare('SELECT points, extremes FROM metric_block WHERE rowid = ?');
    this.#packed = db.prepare(
      `SELECT run_no AS runNo, key_id AS keyId FROM metric_block
       UNION SELECT run_no, key_id FROM metric_tile ORDER BY 1, 2`,
    );
  }

  /** Series that have blocks, or tiles of blocks that are not there. */
  packedSeries(): { runNo: number; keyId: number }[] {
    return this.#packed.all();
  }

  /** Goes through the blocks once, for the tiles of all levels. Call it within one transaction. */
  wrongParts(runNo: number, keyId: number): WrongPart[] {
    const wrong: WrongPart[] = [];
    const waiting = Array.from({ length: highestLevel + 1 }, (_, level) => this.#cover.tiles(runNo, keyId, level));
    const open = new Map<number, OpenTile>();
    const close = (level: number) => {
      const ended = open.get(level);
      const what = ended && wrongIn(ended, this.#cover.pointsOf(runNo, keyId, ended.tile));
      if (what) wrong.push({ part: ended.tile, what });
      open.delete(level);
    };
    let before: BlockPart | undefined;
    for (const block of this.#cover.blocks(runNo, keyId)) {
      const read = this.#read(block);
      if (typeof read === 'string') wrong.push({ part: block, what: read });
      if (before && !isBefore(placeOf(before.last), placeOf(block.first)))
        wrong.push({ part: block, what: 'it begins before the one before it ends' });
      before = block;
      for (const [level, tiles] of waiting.entries()) {
        if (isPast(open.get(level)?.tile, block)) close(level);
        while (!open.has(level) && tiles[0] && !isBefore(placeOf(block.first), placeOf(tiles[0].first))) {
          const tile = tiles.shift()!;
          open.set(level, { tile, blocks: [], kept: [], inTimeOrder: true, lastTimestamp: -Infinity });
          if (isPast(tile, block)) close(level);
        }
        const under = open.get(level);
        if (under) addBlock(under, block, typeof read === 'string' ? null : read);
      }
    }
    for (const [level, tiles] of waiting.entries()) {
      close(level);
      for (const tile of tiles) wrong.push({ part: tile, what: 'there are no points below it' });
    }
    return wrong;
  }

  /** A block's points, or what it says wrongly of them. */
  #read(block: BlockPart): Columns | string {
    const row = this.#points.get(block.id)!;
    const points = unpacked(row.points);
    if (!points || points.steps.length === 0) return 'its points cannot be read';
    if (points.steps.length !== block.count) return 'it counts other points than it holds';
    for (let index = 1; index < block.count; index++)
      if (compareAt(points, index - 1, points, index) >= 0) return 'its points are out of order';
    if (!isRow(points, 0, block.first) || !isRow(points, block.count - 1, block.last))
      return 'it begins or ends elsewhere than it says';
    const extremes = unpacked(row.extremes);
    return extremes && isSame(extremes, extremesOf(points)) ? points : 'its extremes are not those of its points';
  }
}

const isPast = (tile: TilePart | undefined, block: BlockPart) =>
  tile !== undefined && isBefore(placeOf(tile.last), placeOf(block.first));

function addBlock(open: OpenTile, block: BlockPart, points: Columns | null): void {
  open.blocks.push(block);
  if (!points) return; // said of the block itself
  open.kept.push(extremesOfColumns(points, open.tile.exponent));
  for (const timestamp of points.timestamps) {
    if (timestamp < open.lastTimestamp) open.inTimeOrder = false;
    open.lastTimestamp = timestamp;
  }
}

function wrongIn({ tile, blocks, kept, inTimeOrder }: OpenTile, packed: Buffer | undefined): string | null {
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (!first || !last) return 'there are no points below it';
  const areBounds = isSamePlace(first.first, tile.first) && isSamePlace(last.last, tile.last);
  if (!areBounds) return 'it begins or ends elsewhere than the points below it';
  if (kept.length < blocks.length) return null; // nothing can be said over a damaged block
  if (blocks.reduce((sum, { count }) => sum + count, 0) !== tile.count)
    return 'it counts other points than are below it';
  if (tile.inTimeOrder !== inTimeOrder) return 'it says wrongly whether time goes forward';
  const points = packed && unpacked(packed);
  const expected = extremesOfColumns(concatenate(kept), tile.exponent);
  return points && isSame(points, expected) ? null : 'its extremes are not those of the points below it';
}

function unpacked(bytes: Buffer): Columns | null {
  try {
    return unpackBlock(bytes);
  } catch {
    return null;
  }
}

const isSamePlace = (a: PointRow, b: PointRow) => placeOf(a).every((value, index) => value === placeOf(b)[index]);
const isRow = (points: Columns, index: number, row: PointRow) => isSamePlace(rowAt(points, index), row);

function isSame(a: Columns, b: Columns): boolean {
  const { length } = a.steps;
  if (length !== b.steps.length) return false;
  for (let index = 0; index < length; index++) if (compareAt(a, index, b, index) !== 0) return false;
  return true;
}
