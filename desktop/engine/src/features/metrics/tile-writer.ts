import type { Sqlite, Statement } from '../../storage/database.ts';
import type { PointRow } from './point.ts';
import type { TileStep } from './tile-plan.ts';
import { exponentToRow, highestLevel, placeOf, type Place, type Tile } from './tile.ts';

type Series = [runNo: number, keyId: number];

/** Adds tiles and drops those that are no longer true. Everything here is part of a transaction. */
export class TileWriter {
  readonly #insert: Statement;
  readonly #within: Statement<[...Series, number, ...Place, ...Place]>;
  readonly #before: Statement<[...Place, ...Series, number, ...Place], PointRow & { reachesIn: 0 | 1 }>;
  readonly #tiles: Statement<[...Series, number, ...Place, ...Place], { parts: number; count: number }>;
  readonly #blocks: Statement<[...Series, ...Place, ...Place], { parts: number; count: number }>;

  constructor(db: Sqlite) {
    const first = '(first_step, first_timestamp, first_value, first_nan)';
    const last = '(last_step, last_timestamp, last_value, last_nan)';
    const within = `${first} >= (?, ?, ?, ?) AND ${first} <= (?, ?, ?, ?)`;
    this.#insert = db.prepare('INSERT INTO metric_tile VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#within = db.prepare(`DELETE FROM metric_tile WHERE run_no = ? AND key_id = ? AND level = ? AND ${within}`);
    this.#before = db.prepare(
      `SELECT first_step AS step, first_timestamp AS timestamp, first_value AS value, first_nan AS nan,
         ${last} >= (?, ?, ?, ?) AS reachesIn FROM metric_tile
       WHERE run_no = ? AND key_id = ? AND level = ? AND ${first} < (?, ?, ?, ?)
       ORDER BY first_step DESC, first_timestamp DESC, first_value DESC, first_nan DESC LIMIT 1`,
    );
    const sums = 'SELECT count(*) AS parts, ifnull(sum(count), 0) AS count FROM';
    this.#tiles = db.prepare(`${sums} metric_tile WHERE run_no = ? AND key_id = ? AND level = ? AND ${within}`);
    this.#blocks = db.prepare(`${sums} metric_block WHERE run_no = ? AND key_id = ? AND ${within}`);
  }

  insert(runNo: number, keyId: number, tile: Tile): void {
    const { level, first, last, count, inTimeOrder, exponent, points } = tile;
    const bounds = [...placeOf(first), ...placeOf(last)];
    this.#insert.run(runNo, keyId, level, ...bounds, count, inTimeOrder ? 1 : 0, exponentToRow(exponent), points);
  }

  /** Points came between the first and the last one: no tile of any level there counts them. */
  drop(runNo: number, keyId: number, first: Place, last: Place): void {
    for (let level = 0; level <= highestLevel; level++) this.#dropLevel(runNo, keyId, level, first, last);
  }

  /** False, and nothing is changed, when the parts are no longer those that it was planned from. */
  apply({ runNo, keyId, tile, parts }: TileStep): boolean {
    const [first, last] = [placeOf(tile.first), placeOf(tile.last)];
    const there =
      tile.level === 0
        ? this.#blocks.get(runNo, keyId, ...first, ...last)
        : this.#tiles.get(runNo, keyId, tile.level - 1, ...first, ...last);
    if (there?.parts !== parts || there.count !== tile.count) return false;
    this.#dropLevel(runNo, keyId, tile.level, first, last);
    this.insert(runNo, keyId, tile);
    return true;
  }

  #dropLevel(runNo: number, keyId: number, level: number, first: Place, last: Place): void {
    this.#within.run(runNo, keyId, level, ...first, ...last);
    const before = this.#before.get(...first, runNo, keyId, level, ...first);
    if (before?.reachesIn) this.#within.run(runNo, keyId, level, ...placeOf(before), ...placeOf(before));
  }
}
