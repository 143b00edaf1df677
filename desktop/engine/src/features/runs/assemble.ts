import type { Sqlite, Statement } from '../../storage/database.ts';
import { toPoint, type LoggedPoint, type PointRow } from '../metrics/point.ts';
import { InputsStore } from './inputs-store.ts';
import type { KeyValue, RunRecord } from './run-record.ts';
import type { RunRow } from './run-row.ts';

type OfRun<T> = T & { runNo: number };

/** Rows with all that belongs to them, in the order of the rows: a fixed number of queries for any number of runs. */
export class RunAssembler {
  readonly #params: Statement<[string], OfRun<KeyValue>>;
  readonly #tags: Statement<[string], OfRun<KeyValue>>;
  readonly #latest: Statement<[string], OfRun<PointRow & { key: string }>>;
  readonly #inputs: InputsStore;

  constructor(db: Sqlite) {
    const ofRuns = (what: string, table: string) =>
      `SELECT t.run_no AS runNo, ${what} FROM json_each(?) r CROSS JOIN ${table} t ON t.run_no = r.value`;
    this.#params = db.prepare(ofRuns('t.key, t.value', 'param'));
    this.#tags = db.prepare(ofRuns('t.key, t.value', 'tag'));
    this.#latest = db.prepare(
      `${ofRuns('k.key, t.step, t.timestamp, t.value, t.nan', 'latest_metric')} JOIN metric_key k USING (key_id)`,
    );
    this.#inputs = new InputsStore(db);
  }

  assemble(rows: readonly RunRow[]): RunRecord[] {
    const { runs, byNo, list } = this.#withInputs(rows);
    for (const { runNo, ...param } of this.#params.iterate(list)) byNo.get(runNo)?.params.push(param);
    for (const { runNo, ...tag } of this.#tags.iterate(list)) byNo.get(runNo)?.tags.push(tag);
    for (const row of this.#latest.iterate(list)) byNo.get(row.runNo)?.metrics.push({ key: row.key, ...toPoint(row) });
    for (const { metrics } of runs) metrics.sort(byKey);
    return runs;
  }

  /** Without params, tags and metrics. */
  assembleBare(rows: readonly RunRow[]): RunRecord[] {
    return this.#withInputs(rows).runs;
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
  datasets: [],
  models: [],
});

const byKey = (a: LoggedPoint, b: LoggedPoint) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
