import type { RunStatus } from '@benchmate/shared/domain/run';
import type { Sqlite, Statement } from '../../storage/database.ts';
import type { Condition, Order, ViewType } from '../search/condition.ts';
import { and, lifecycleClause } from '../search/sql.ts';
import type { KeyValue, RunInfo } from './run-record.ts';
import { runClause, runOrder } from './search-sql.ts';

export interface RunRow extends Omit<RunInfo, 'experimentId'> {
  runNo: number;
  experimentId: number;
  experimentName: string;
}

export const selectRun = `SELECT r.run_no AS runNo, r.run_id AS runId, r.experiment_id AS experimentId, e.name AS experimentName,
  r.name, r.user_id AS userId, r.status, r.start_time AS startTime, r.end_time AS endTime, r.lifecycle,
  r.artifact_uri AS artifactUri, r.project_id AS projectId, r.job_id AS jobId
  FROM run r JOIN experiment e USING (experiment_id)`;

type KeyValueRow = KeyValue & { runNo: number };

/** Rows of runs, params and tags. */
export class RunsStore {
  readonly #db: Sqlite;
  readonly #find: Statement<[string], Pick<RunRow, 'runNo' | 'lifecycle'>>;
  readonly #param: Statement<[number, string], { value: string }>;
  readonly #insertParam: Statement<[number, string, string]>;
  readonly #setTag: Statement<[number, string, string]>;

  constructor(db: Sqlite) {
    this.#db = db;
    this.#find = db.prepare('SELECT run_no AS runNo, lifecycle FROM run WHERE run_id = ?');
    this.#param = db.prepare('SELECT value FROM param WHERE run_no = ? AND key = ?');
    this.#insertParam = db.prepare('INSERT INTO param VALUES (?, ?, ?)');
    this.#setTag = db.prepare('INSERT INTO tag VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value');
  }

  insert(run: RunInfo): number {
    const { lastInsertRowid } = this.#db
      .prepare(
        `INSERT INTO run (run_id, experiment_id, name, user_id, status, start_time, end_time, artifact_uri, project_id, job_id)
         VALUES (@runId, CAST(@experimentId AS INTEGER), @name, @userId, @status, @startTime, @endTime, @artifactUri, @projectId, @jobId)`,
      )
      .run(run);
    return Number(lastInsertRowid);
  }

  find(runId: string): Pick<RunRow, 'runNo' | 'lifecycle'> | undefined {
    return this.#find.get(runId);
  }

  get(runId: string): RunRow | undefined {
    return this.#db.prepare<[string], RunRow>(`${selectRun} WHERE r.run_id = ?`).get(runId);
  }

  many(runIds: readonly string[]): RunRow[] {
    return this.#db
      .prepare<[string], RunRow>(
        `${selectRun} WHERE r.run_id IN (SELECT value FROM json_each(?)) ORDER BY r.start_time`,
      )
      .all(JSON.stringify(runIds));
  }

  update(runNo: number, change: { status: RunStatus | null; endTime: number | null; name: string | null }): void {
    this.#db
      .prepare(
        `UPDATE run SET status = ifnull(@status, status), end_time = ifnull(@endTime, end_time), name = ifnull(@name, name)
         WHERE run_no = @runNo`,
      )
      .run({ ...change, runNo });
  }

  setLifecycle(runNo: number, lifecycle: RunInfo['lifecycle']): void {
    this.#db.prepare('UPDATE run SET lifecycle = ? WHERE run_no = ?').run(lifecycle, runNo);
  }

  param(runNo: number, key: string): string | undefined {
    return this.#param.get(runNo, key)?.value;
  }

  insertParam(runNo: number, key: string, value: string): void {
    this.#insertParam.run(runNo, key, value);
  }

  setTag(runNo: number, key: string, value: string): void {
    this.#setTag.run(runNo, key, value);
  }

  deleteTag(runNo: number, key: string): boolean {
    return this.#db.prepare('DELETE FROM tag WHERE run_no = ? AND key = ?').run(runNo, key).changes > 0;
  }

  params(runNos: readonly number[]): KeyValueRow[] {
    return this.#keyed('param', runNos);
  }

  tags(runNos: readonly number[]): KeyValueRow[] {
    return this.#keyed('tag', runNos);
  }

  search(query: {
    experimentIds: readonly string[];
    conditions: readonly Condition[];
    order: readonly Order[];
    view: ViewType;
    limit: number;
    offset: number;
  }): RunRow[] {
    const where = and(query.conditions.map(runClause));
    const order = query.order.map(runOrder);
    const keys = [...order.map(({ text }) => text), 'r.start_time DESC', 'r.run_id'];
    return this.#db
      .prepare<unknown[], RunRow>(
        `${selectRun} WHERE r.experiment_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) AND
         ${lifecycleClause('r.lifecycle', query.view)} AND ${where.text} ORDER BY ${keys.join(', ')} LIMIT ? OFFSET ?`,
      )
      .all(
        JSON.stringify(query.experimentIds),
        ...where.params,
        ...order.flatMap(({ params }) => params),
        query.limit,
        query.offset,
      );
  }

  #keyed(table: 'param' | 'tag', runNos: readonly number[]): KeyValueRow[] {
    return this.#db
      .prepare<[string], KeyValueRow>(
        `SELECT t.run_no AS runNo, t.key, t.value FROM json_each(?) r JOIN ${table} t ON t.run_no = r.value ORDER BY t.key`,
      )
      .all(JSON.stringify(runNos));
  }
}
