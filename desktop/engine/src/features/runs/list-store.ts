import type { Sqlite } from '../../storage/database.ts';
import { selectRun, type RunRow } from './run-row.ts';

/** Where a page of the list of runs ended. */
export interface ListPosition {
  startTime: number;
  runId: string;
}

export interface ListQuery {
  projectId: string | null;
  search: string;
  after: ListPosition | null;
  limit: number;
}

/** Reads for our own clients: the list of runs and finding one by what a person types. */
export class RunListStore {
  readonly #db: Sqlite;

  constructor(db: Sqlite) {
    this.#db = db;
  }

  /** Active runs, newest first, after `after`. */
  page(query: ListQuery): RunRow[] {
    const { after } = query;
    return this.#db
      .prepare<object, RunRow>(
        `${selectRun()} WHERE ${matching} ${after ? 'AND (-r.start_time, r.run_id) > (-@startTime, @runId)' : ''}
         ORDER BY r.start_time DESC, r.run_id LIMIT @limit`,
      )
      .all({ ...query, ...after });
  }

  /** Whether few runs with few metrics are in the list. */
  isSmall(projectId: string | null): boolean {
    const where = "WHERE r.lifecycle = 'active' AND (@projectId IS NULL OR r.project_id = @projectId) LIMIT 1 OFFSET";
    const isBeyond = (from: string, offset: number) =>
      this.#db.prepare<object>(`SELECT 1 FROM ${from} ${where} ${offset}`).get({ projectId }) !== undefined;
    return !isBeyond('run r', 100) && !isBeyond('run r CROSS JOIN latest_metric l USING (run_no)', 4000);
  }

  count(query: { projectId: string | null; search: string }): number {
    const sql = `SELECT count(*) AS total FROM run r WHERE ${matching}`;
    return this.#db.prepare<object, { total: number }>(sql).get(query)?.total ?? 0;
  }

  /** Ids of active runs whose id begins with `text`, or else whose name is `text`; two at most. */
  findIds(text: string): string[] {
    const byId = this.#ids("substr(r.run_id, 1, length(?)) = ? AND r.lifecycle = 'active'", text, text);
    return text.length >= 4 && byId.length > 0 ? byId : this.#ids("r.name = ? AND r.lifecycle = 'active'", text);
  }

  /** Whether a run that started after `since` has not ended. */
  isAnyRunning(since: number): boolean {
    const sql = "SELECT 1 FROM run WHERE lifecycle = 'active' AND start_time > ? AND status = 'RUNNING' LIMIT 1";
    return this.#db.prepare(sql).get(since) !== undefined;
  }

  /** How far a job's runs are, oldest first. */
  ofJob(jobId: string): { runId: string; latestStep: number | null; epochs: string | null }[] {
    return this.#db
      .prepare<[string], { runId: string; latestStep: number | null; epochs: string | null }>(
        `SELECT r.run_id AS runId, (SELECT max(step) FROM latest_metric l WHERE l.run_no = r.run_no) AS latestStep,
         (SELECT value FROM param p WHERE p.run_no = r.run_no AND p.key = 'epochs') AS epochs
         FROM run r WHERE r.job_id = ? ORDER BY r.start_time`,
      )
      .all(jobId);
  }

  /** Ids of a job's active runs that have not ended. */
  unendedOfJob(jobId: string): string[] {
    return this.#db
      .prepare<[string], string>(`SELECT run_id FROM run WHERE job_id = ? AND ${unended}`)
      .pluck()
      .all(jobId);
  }

  jobsWithUnended(): string[] {
    const sql = `SELECT DISTINCT job_id FROM run WHERE job_id IS NOT NULL AND ${unended}`;
    return this.#db.prepare<[], string>(sql).pluck().all();
  }

  #ids(where: string, ...params: string[]): string[] {
    const sql = `SELECT r.run_id AS runId FROM run r WHERE ${where} LIMIT 2`;
    return this.#db
      .prepare<unknown[], { runId: string }>(sql)
      .all(...params)
      .map(({ runId }) => runId);
  }
}

const unended = "lifecycle = 'active' AND status IN ('RUNNING', 'SCHEDULED')";

const matching = `r.lifecycle = 'active' AND (@projectId IS NULL OR r.project_id = @projectId)
  AND (@search = '' OR instr(lower(r.name), lower(@search)) > 0)`;
