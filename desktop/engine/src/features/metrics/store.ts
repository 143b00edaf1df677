import type { Sqlite, Statement } from '../../storage/database.ts';
import { toPoint, type LoggedPoint, type Point, type PointRow } from './point.ts';

type KeyedRow = PointRow & { runNo: number; key: string };

/** Rows of points. `runNo` is the short key of a run. */
export class MetricsStore {
  readonly #db: Sqlite;
  readonly #keyIds = new Map<string, number>();
  readonly #findKey: Statement<[string], { id: number }>;
  readonly #insertKey: Statement<[string]>;
  readonly #insertPoint: Statement<[number, number, number, number, number, number]>;
  readonly #insertLatest: Statement<[number, number, number, number, number, number]>;
  readonly #findRun: Statement<[string], { runNo: number }>;

  constructor(db: Sqlite) {
    this.#db = db;
    this.#findKey = db.prepare('SELECT key_id AS id FROM metric_key WHERE key = ?');
    this.#insertKey = db.prepare('INSERT INTO metric_key (key) VALUES (?)');
    this.#insertPoint = db.prepare('INSERT INTO metric VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.#insertLatest = db.prepare(`INSERT INTO latest_metric AS l (run_no, key_id, step, timestamp, value, nan)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET step = excluded.step, timestamp = excluded.timestamp, value = excluded.value, nan = excluded.nan
      WHERE (excluded.step, excluded.timestamp, excluded.value) > (l.step, l.timestamp, l.value)`);
    this.#findRun = db.prepare('SELECT run_no AS runNo FROM run WHERE run_id = ?');
  }

  runNo(runId: string): number | undefined {
    return this.#findRun.get(runId)?.runNo;
  }

  /** Points that are there already add nothing. */
  insert(runNo: number, points: readonly LoggedPoint[]): void {
    for (const { key, step, timestamp, value } of points) {
      const keyId = this.#keyId(key);
      const nan = Number.isNaN(value) ? 1 : 0;
      const stored = nan ? 0 : value;
      this.#insertPoint.run(runNo, keyId, step, timestamp, stored, nan);
      this.#insertLatest.run(runNo, keyId, step, timestamp, stored, nan);
    }
  }

  /** To be called after a failed write: ids that were read in it may be gone. */
  forgetKeys(): void {
    this.#keyIds.clear();
  }

  latest(runNos: readonly number[]): (LoggedPoint & { runNo: number })[] {
    return this.#db
      .prepare<[string], KeyedRow>(
        `SELECT l.run_no AS runNo, k.key, l.step, l.timestamp, l.value, l.nan
         FROM json_each(?) r JOIN latest_metric l ON l.run_no = r.value JOIN metric_key k USING (key_id) ORDER BY k.key`,
      )
      .all(JSON.stringify(runNos))
      .map(row => ({ ...toPoint(row), key: row.key, runNo: row.runNo }));
  }

  /** One metric's points by step, timestamp, value; `byTime`: by timestamp first, as MLflow's history is. */
  history(runNo: number, key: string, byTime: boolean, limit = -1, offset = 0): Point[] {
    const order = byTime ? 'timestamp, step, value' : 'step, timestamp, value';
    return this.#db
      .prepare<[number, string, number, number], PointRow>(
        `SELECT step, timestamp, value, nan FROM metric
         WHERE run_no = ? AND key_id = (SELECT key_id FROM metric_key WHERE key = ?) ORDER BY ${order} LIMIT ? OFFSET ?`,
      )
      .all(runNo, key, limit, offset)
      .map(toPoint);
  }

  #keyId(key: string): number {
    const known = this.#keyIds.get(key);
    if (known !== undefined) return known;
    const found = this.#findKey.get(key);
    // Only what was there before is remembered: an id of this very write may be rolled back.
    if (found) this.#keyIds.set(key, found.id);
    return found?.id ?? Number(this.#insertKey.run(key).lastInsertRowid);
  }
}
