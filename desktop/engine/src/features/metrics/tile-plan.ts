import type { Sqlite, Statement } from '../../storage/database.ts';
import { unpackBlock } from './block.ts';
import { concatenate } from './columns.ts';
import type { TileCover, TilePart } from './tile-cover.ts';
import {
  behind,
  highestLevel,
  isBefore,
  placeOf,
  start,
  tileOfBlock,
  tileOfTiles,
  seriesSizes,
  type SeriesSizes,
  type Tile,
} from './tile.ts';

/** One tile to be added, and how many parts with how many points it was made from. */
export interface TileStep {
  runNo: number;
  keyId: number;
  tile: Tile;
  parts: number;
}

export interface TileOrder {
  runNo: number;
  keyId: number;
  /** Also what is missing in the middle, where points came late or an older Benchmate wrote; else at the end alone. */
  everywhere: boolean;
}

/** Steps of one plan at most: a write stays small. */
const mostSteps = 32;

/** Plans the tiles that a series lacks. */
export class TilePlanner {
  readonly #sizes: SeriesSizes;
  readonly #cover: TileCover;
  readonly #untiled: Statement<[number, number], { id: number; points: Buffer }>;

  constructor(db: Sqlite, cover: TileCover, sizes = seriesSizes) {
    this.#sizes = sizes;
    this.#cover = cover;
    this.#untiled = db.prepare(
      `SELECT rowid AS id, points FROM metric_block b WHERE run_no = ? AND key_id = ? AND NOT EXISTS (
         SELECT 1 FROM metric_tile t WHERE t.run_no = b.run_no AND t.key_id = b.key_id AND t.level = 0
         AND (t.first_step, t.first_timestamp, t.first_value, t.first_nan) =
           (b.first_step, b.first_timestamp, b.first_value, b.first_nan))
       ORDER BY first_step, first_timestamp, first_value, first_nan LIMIT ${mostSteps}`,
    );
  }

  /** Empty when nothing is missing. Plan again after the steps were carried out. */
  plan({ runNo, keyId, everywhere }: TileOrder): TileStep[] {
    const step = (tile: Tile, parts: number): TileStep => ({ runNo, keyId, tile, parts });
    if (everywhere) {
      const blocks = this.#untiled.all(runNo, keyId);
      if (blocks.length > 0)
        return blocks.map(({ points }) => step(tileOfBlock(unpackBlock(points), this.#sizes.columns), 1));
    }
    for (let level = 0; level < highestLevel; level++) {
      const groups = this.#groups(runNo, keyId, level, everywhere).slice(0, mostSteps);
      if (groups.length > 0) return groups.map(group => step(this.#together(runNo, keyId, group), group.length));
    }
    return [];
  }

  /** Tiles of a level that no higher one covers, as many as make one each. */
  #groups(runNo: number, keyId: number, level: number, everywhere: boolean): TilePart[][] {
    const above = this.#cover.tiles(runNo, keyId, level + 1);
    const from = everywhere || above.length === 0 ? start : behind(placeOf(above.at(-1)!.last));
    const covered = everywhere ? above : [];
    const groups: TilePart[][] = [];
    let group: TilePart[] = [];
    let next = 0;
    for (const tile of this.#cover.tiles(runNo, keyId, level, from)) {
      while (next < covered.length && isBefore(placeOf(covered[next]!.last), placeOf(tile.first))) {
        next++;
        group = [];
      }
      if (next < covered.length && !isBefore(placeOf(tile.last), placeOf(covered[next]!.first))) continue;
      group.push(tile);
      if (group.length < this.#sizes.together) continue;
      groups.push(group);
      group = [];
    }
    return groups;
  }

  #together(runNo: number, keyId: number, group: readonly TilePart[]): Tile {
    const kept = group.map(tile => this.#cover.pointsOf(runNo, keyId, tile)).filter(points => points !== undefined);
    return tileOfTiles(group, concatenate(kept.map(unpackBlock)), this.#sizes.columns);
  }
}
