import type { Sqlite, Statement } from '../../storage/database.ts';
import { isLater, type LoggedPoint, type Point } from './point.ts';
import { RowInserts } from './row-inserts.ts';

/** A series of so many rows at most is read at once; starting a thread for it would take longer. */
const shortRows = 1000;

/** Rows of points. `runNo` is the short key of a run. */
export class MetricsStore {
  readonly #db: Sqlite;
  readonly #keyIds = new Map<string, number>();
  readonly #findKey: Statement<[string], { id: number }>;
  readonly #insertKey: Statement<[string]>;
  readonly #insertPoints: RowInserts;
  readonly #insertLatest: RowInserts;
  readonly #findRun: Statement<[string], { runNo: number }>;
  readonly #isLong: Statement<[number, string]>;

  constructor(db: Sqlite) {
    this.#db = db;
    this.#findKey = db.prepare('SELECT key_id AS id FROM metric_key WHERE key = ?');
    this.#insertKey = db.prepare('INSERT INTO metric_key (key) VALUES (?)');
    this.#insertPoints = new RowInserts(db, 6, rows => `INSERT INTO metric VALUES ${rows} ON CONFLICT DO NOTHING`);
    this.#insertLatest = new RowInserts(
      db,
      6,
      rows => `INSERT INTO latest_metric AS l (run_no, key_id, step, timestamp, value, nan) VALUES ${rows}
        ON CONFLICT DO UPDATE SET step = excluded.step, timestamp = excluded.timestamp, value = excluded.value, nan = excluded.nan
        WHERE (excluded.step, excluded.timestamp, excluded.value) > (l.step, l.timestamp, l.value)`,
    );
    this.#findRun = db.prepare('SELECT run_no AS runNo FROM run WHERE run_id = ?');
    this.#isLong = db.prepare(`WITH s AS (SELECT ? AS run_no, (SELECT key_id FROM metric_key WHERE key = ?) AS key_id)
      SELECT 1 FROM s WHERE EXISTS (SELECT 1 FROM metric_block b WHERE b.run_no = s.run_no AND b.key_id = s.key_id)
      OR EXISTS (SELECT 1 FROM metric m WHERE m.run_no = s.run_no AND m.key_id = s.key_id LIMIT 1 OFFSET ${shortRows})`);
  }

  runNo(runId: string): number | undefined {
    return this.#findRun.get(runId)?.runNo;
  }

  /** Points that are there already add nothing. */
  insert(runNo: number, points: readonly LoggedPoint[]): void {
    const rows: number[] = [];
    const latest = new Map<number, LoggedPoint>();
    for (const point of points) {
      const keyId = this.#keyId(point.key);
      addRow(rows, runNo, keyId, point);
      const before = latest.get(keyId);
      if (!before || isLater(point, before)) latest.set(keyId, point);
    }
    this.#insertPoints.run(rows);
    // Only the latest of each metric within the batch can be the latest of all.
    const latestRows: number[] = [];
    for (const [keyId, point] of latest) addRow(latestRows, runNo, keyId, point);
    this.#insertLatest.run(latestRows);
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

  /** To be called after a failed write: ids that were read in it may be gone. */
  forgetKeys(): void {
    this.#keyIds.clear();
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

function addRow(rows: number[], runNo: number, keyId: number, { step, timestamp, value }: Point): void {
  if (Number.isNaN(value)) rows.push(runNo, keyId, step, timestamp, 0, 1);
  else rows.push(runNo, keyId, step, timestamp, value, 0);
}
