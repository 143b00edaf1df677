import type { Sqlite, Statement } from '../../storage/database.ts';
import { toPoint, type LoggedPoint, type PointRow } from '../metrics/point.ts';
import { InputsStore } from './inputs-store.ts';
import type { KeyValue, RunRecord } from './run-record.ts';
import type { RunRow } from './run-row.ts';

/** Metrics of one run in a list. */
const mostInLists = 500;
/** As the table of points has it. */
const mark = 't.nan + 2 * t.minus_zero AS nan';

type OfRun<T> = T & { runNo: number };

/** Rows with all that belongs to them, in the order of the rows: a fixed number of queries for any number of runs. */
export class RunAssembler {
  readonly #params: Statement<[string], OfRun<KeyValue>>;
  readonly #tags: Statement<[string], OfRun<KeyValue>>;
  readonly #latest: Statement<[string], OfRun<PointRow & { key: string }>>;
  readonly #someLatest: Statement<[number, number], PointRow & { key: string }>;
  readonly #isWide: Statement<[number]>;
  readonly #countLatest: Statement<[number], number>;
  readonly #inputs: InputsStore;

  constructor(db: Sqlite) {
    const ofRuns = (what: string, table: string) =>
      `SELECT t.run_no AS runNo, ${what} FROM json_each(?) r CROSS JOIN ${table} t ON t.run_no = r.value`;
    this.#params = db.prepare(ofRuns('t.key, t.value', 'param'));
    this.#tags = db.prepare(ofRuns('t.key, t.value', 'tag'));
    this.#latest = db.prepare(
      `${ofRuns(`k.key, t.step, t.timestamp, t.value, ${mark}`, 'latest_metric')} JOIN metric_key k USING (key_id)`,
    );
    this.#someLatest = db.prepare(
      `SELECT k.key, t.step, t.timestamp, t.value, ${mark} FROM latest_metric t CROSS JOIN metric_key k USING (key_id)
       WHERE t.run_no = ? ORDER BY t.key_id LIMIT ?`,
    );
    this.#isWide = db.prepare(`SELECT 1 FROM latest_metric WHERE run_no = ? LIMIT 1 OFFSET ${mostInLists}`);
    this.#countLatest = db.prepare<[number], number>('SELECT count(*) FROM latest_metric WHERE run_no = ?').pluck();
    this.#inputs = new InputsStore(db);
  }

  assemble(rows: readonly RunRow[]): RunRecord[] {
    const { runs, byNo, list } = this.#withPairs(rows);
    for (const row of this.#latest.iterate(list)) byNo.get(row.runNo)?.metrics.push({ key: row.key, ...toPoint(row) });
    for (const { metrics } of runs) metrics.sort(byKey);
    return runs;
  }

  /** Whether it has more metrics than lists show: to read and write it all takes a while. */
  isWide(runNo: number): boolean {
    return this.#isWide.get(runNo) !== undefined;
  }

  /** For lists: of a run with thousands of metrics only some, so that a page of runs stays a page. */
  assembleShort(rows: readonly RunRow[]): RunRecord[] {
    const wide = new Set(rows.flatMap(({ runNo }) => (this.isWide(runNo) ? [runNo] : [])));
    if (wide.size === 0) return this.assemble(rows);
    const { runs, byNo } = this.#withPairs(rows);
    const narrow = [...byNo.keys()].filter(runNo => !wide.has(runNo));
    for (const row of this.#latest.iterate(JSON.stringify(narrow)))
      byNo.get(row.runNo)?.metrics.push({ key: row.key, ...toPoint(row) });
    for (const runNo of wide) {
      const run = byNo.get(runNo)!;
      run.metrics = this.#someLatest.all(runNo, mostInLists).map(row => ({ key: row.key, ...toPoint(row) }));
      run.metricsLeftOut = (this.#countLatest.get(runNo) ?? 0) - run.metrics.length;
    }
    for (const { metrics } of runs) metrics.sort(byKey);
    return runs;
  }

  #withPairs(rows: readonly RunRow[]) {
    const { runs, byNo, list } = this.#withInputs(rows);
    for (const { runNo, ...param } of this.#params.iterate(list)) byNo.get(runNo)?.params.push(param);
    for (const { runNo, ...tag } of this.#tags.iterate(list)) byNo.get(runNo)?.tags.push(tag);
    return { runs, byNo, list };
  }

  #withInputs(rows: readonly RunRow[]) {
    const byNo = new Map<number, RunRecord>();
    const runs = rows.map(({ runNo, ...row }) => {
      const run: RunRecord = { ...row, experimentId: String(row.experimentId), ...nothing() };
      byNo.set(runNo, run);
      return run;
    });
    const runNos = rows.map(({ runNo }) => runNo);
    for (const { runNo, ...dataset } of this.#inputs.datasets(runNos)) byNo.get(runNo)?.datasets.push(dataset);
    for (const { runNo, ...model } of this.#inputs.models(runNos)) byNo.get(runNo)?.models.push(model);
    return { runs, byNo, list: JSON.stringify(runNos) };
  }
}

const nothing = () => ({
  params: [],
  tags: [],
  metrics: [] as LoggedPoint[],
  metricsLeftOut: 0,
  datasets: [],
  models: [],
});

const byKey = (a: LoggedPoint, b: LoggedPoint) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
