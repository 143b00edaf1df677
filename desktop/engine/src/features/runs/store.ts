import type { RunStatus } from '@benchmate/shared/domain/run';
import type { Sqlite, Statement } from '../../storage/database.ts';
import type { RunInfo } from './run-record.ts';
import { selectRun, type RunRow } from './run-row.ts';

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
    return this.#db.prepare<[string], RunRow>(`${selectRun()} WHERE r.run_id = ?`).get(runId);
  }

  many(runIds: readonly string[]): RunRow[] {
    return this.#db
      .prepare<[string], RunRow>(
        `${selectRun()} WHERE r.run_id IN (SELECT value FROM json_each(?)) ORDER BY r.start_time`,
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

  tag(runNo: number, key: string): string | undefined {
    return this.#db
      .prepare<[number, string], string>('SELECT value FROM tag WHERE run_no = ? AND key = ?')
      .pluck()
      .get(runNo, key);
  }

  deleteTag(runNo: number, key: string): boolean {
    return this.#db.prepare('DELETE FROM tag WHERE run_no = ? AND key = ?').run(runNo, key).changes > 0;
  }
}
