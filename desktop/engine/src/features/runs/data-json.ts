import type { Sqlite, Statement } from '../../storage/database.ts';

/** What was logged to one run, as JSON texts: three lists of objects, by key. */
export interface DataJson {
  /** `{key, value, timestamp, step}`; NaN and infinities are strings. */
  metrics: string;
  /** `{key, value}`. */
  params: string;
  tags: string;
}

/**
 * Params, tags and latest metrics of many runs as JSON that SQLite itself writes: 10,000 runs with 40 values each take a
 * third of the time that making objects and writing them takes. SQLite writes numbers with the digits that give the same
 * number back.
 */
export class DataJsonReader {
  readonly #data: Statement<[string], { runNo: number } & DataJson>;

  constructor(db: Sqlite) {
    const keyed = (table: string) =>
      `(SELECT json_group_array(json_object('key', key, 'value', value)) FROM ${table} WHERE run_no = r.value)`;
    this.#data = db.prepare(`SELECT r.value AS runNo, ${keyed('param')} AS params, ${keyed('tag')} AS tags,
      (SELECT json_group_array(json_object('key', k.key, 'value', CASE WHEN l.nan THEN 'NaN' WHEN l.value = 9e999 THEN 'Infinity'
        WHEN l.value = -9e999 THEN '-Infinity' WHEN l.minus_zero THEN json('-0.0') ELSE l.value END, 'timestamp', l.timestamp, 'step', l.step) ORDER BY k.key)
        FROM latest_metric l CROSS JOIN metric_key k USING (key_id) WHERE l.run_no = r.value) AS metrics
      FROM json_each(?) r ORDER BY r.key`);
  }

  /** In the order of `runNos`. */
  of(runNos: readonly number[]): DataJson[] {
    return this.#data.all(JSON.stringify(runNos));
  }
}
