import type { GatheredRows, Sqlite, Statement } from '../../storage/database.ts';
import { nanMarkOf } from './nan-mark.ts';
import { isLater, type LoggedPoint, type Point } from './point.ts';
import { RowInserts } from './row-inserts.ts';

/** A series of so many rows at most is read at once; starting a thread for it would take longer. */
const shortRows = 1000;
/** To write so many points of different metrics takes about twenty milliseconds. */
const muchPoints = 4000;

/** Rows of points. `runNo` is the short key of a run. */
export class MetricsStore implements GatheredRows {
  readonly #db: Sqlite;
  readonly #keyIds = new Map<string, number>();
  /** By run, then by key. */
  readonly #gathered = new Map<number, Map<number, LoggedPoint[]>>();
  /** How many points are gathered, at most. */
  #points = 0;
  readonly #findKey: Statement<[string], { id: number }>;
  readonly #insertKey: Statement<[string]>;
  readonly #insertPoints: RowInserts;
  readonly #insertLatest: RowInserts;
  readonly #findRun: Statement<[string], { runNo: number }>;
  readonly #isLong: Statement<[number, string]>;
  readonly #lacksTiles: Statement<[string, number, number]>;

  constructor(db: Sqlite) {
    this.#db = db;
    this.#findKey = db.prepare('SELECT key_id AS id FROM metric_key WHERE key = ?');
    this.#insertKey = db.prepare('INSERT INTO metric_key (key) VALUES (?)');
    this.#insertPoints = new RowInserts(db, 6, rows => `INSERT INTO metric VALUES ${rows} ON CONFLICT DO NOTHING`);
    this.#insertLatest = new RowInserts(
      db,
      7,
      rows => `INSERT INTO latest_metric AS l (run_no, key_id, step, timestamp, value, nan, minus_zero) VALUES ${rows}
        ON CONFLICT DO UPDATE SET step = excluded.step, timestamp = excluded.timestamp, value = excluded.value, nan = excluded.nan,
        minus_zero = excluded.minus_zero
        WHERE (excluded.step, excluded.timestamp, excluded.value) > (l.step, l.timestamp, l.value)`,
    );
    this.#findRun = db.prepare('SELECT run_no AS runNo FROM run WHERE run_id = ?');
    this.#isLong = db.prepare(`WITH s AS (SELECT ? AS run_no, (SELECT key_id FROM metric_key WHERE key = ?) AS key_id)
      SELECT 1 FROM s WHERE EXISTS (SELECT 1 FROM metric_block b WHERE b.run_no = s.run_no AND b.key_id = s.key_id)
      OR EXISTS (SELECT 1 FROM metric m WHERE m.run_no = s.run_no AND m.key_id = s.key_id LIMIT 1 OFFSET ${shortRows})`);
    this.#lacksTiles = db.prepare(`SELECT 1 FROM metric_key k WHERE key = ?
      AND EXISTS (SELECT 1 FROM metric_block b WHERE b.run_no = ? AND b.key_id = k.key_id)
      AND NOT EXISTS (SELECT 1 FROM metric_tile t WHERE t.run_no = ? AND t.key_id = k.key_id)`);
  }

  runNo(runId: string): number | undefined {
    return this.#findRun.get(runId)?.runNo;
  }

  /** Points that are there already add nothing. */
  insert(runNo: number, points: readonly LoggedPoint[]): void {
    this.gather(runNo, points);
    this.write();
  }

  /** To be written with what else comes in the same group: points of one metric lie side by side. */
  gather(runNo: number, points: readonly LoggedPoint[]): void {
    if (points.length === 0) return;
    this.#points += points.length;
    const keyIds = points.map(({ key }) => this.#keyId(key)); // first what may fail: then all of it is left, or nothing
    let ofRun = this.#gathered.get(runNo);
    if (!ofRun) this.#gathered.set(runNo, (ofRun = new Map()));
    for (const [index, point] of points.entries()) {
      const keyId = keyIds[index]!;
      const ofKey = ofRun.get(keyId);
      if (ofKey) ofKey.push(point);
      else ofRun.set(keyId, [point]);
    }
  }

  get isMuch(): boolean {
    return this.#points >= muchPoints;
  }

  write(): void {
    this.#points = 0;
    const rows: number[] = [];
    const latestRows: number[] = [];
    for (const [runNo, ofRun] of this.#gathered)
      for (const [keyId, points] of ofRun) {
        for (const point of points) addRow(rows, runNo, keyId, point);
        // Only the latest of them can be the latest of all.
        addLatest(latestRows, runNo, keyId, points.length === 1 ? points[0]! : latestOf(points));
      }
    this.#gathered.clear();
    this.#insertPoints.run(rows);
    this.#insertLatest.run(latestRows);
  }

  drop(): void {
    this.#points = 0;
    this.#gathered.clear();
  }

  /** A transaction was rolled back: a key that was read inside it may have another id, or none, by now. */
  forget(): void {
    this.#keyIds.clear();
  }

  /** Values of runs that ended are indexed; those of a live run are not, so that logging pays for no index. */
  settle(runNo: number, settled: boolean): void {
    this.#db
      .prepare('UPDATE latest_metric SET settled = ? WHERE run_no = ? AND settled = ?')
      .run(settled ? 1 : 0, runNo, settled ? 0 : 1);
  }

  isShort(runNo: number, key: string): boolean {
    return this.#isLong.get(runNo, key) === undefined;
  }

  /** Whether an older Benchmate packed a series, which then has blocks and no tiles. */
  lacksTiles(runNo: number, key: string): boolean {
    return this.#lacksTiles.get(key, runNo, runNo) !== undefined;
  }

  #keyId(key: string): number {
    const known = this.#keyIds.get(key);
    if (known !== undefined) return known;
    const found = this.#findKey.get(key);
    // An id of this very transaction may be rolled back; whoever learns of that calls `forget`.
    if (found) this.#keyIds.set(key, found.id);
    return found?.id ?? Number(this.#insertKey.run(key).lastInsertRowid);
  }
}

const latestOf = (points: readonly LoggedPoint[]): LoggedPoint =>
  points.reduce((latest, point) => (isLater(point, latest) ? point : latest));

function addRow(rows: number[], runNo: number, keyId: number, { step, timestamp, value }: Point): void {
  const mark = nanMarkOf(value);
  rows.push(runNo, keyId, step, timestamp, mark === 0 ? value : 0, mark);
}

/** Searches ask whether it is NaN alone. */
function addLatest(rows: number[], runNo: number, keyId: number, { step, timestamp, value }: Point): void {
  const mark = nanMarkOf(value);
  rows.push(runNo, keyId, step, timestamp, mark === 0 ? value : 0, mark === 1 ? 1 : 0, mark === 2 ? 1 : 0);
}
