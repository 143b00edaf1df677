import type { JobState } from '@benchmate/shared/domain/job';
import type { Store } from '../../storage/database.ts';

/** One row, decoded; `seq` is the order of the queue. */
export interface JobRow {
  seq: number;
  jobId: string;
  name: string;
  projectId: string | null;
  dir: string;
  command: string[];
  params: Record<string, string>;
  state: JobState;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  exitCode: number | null;
  message: string;
  cancelRequested: boolean;
  slot: string | null;
  supervisorPid: number | null;
  supervisorStart: string | null;
  childPid: number | null;
  childStart: string | null;
  spoolOffset: number;
}

export type NewJob = Pick<JobRow, 'jobId' | 'name' | 'projectId' | 'dir' | 'command' | 'params' | 'createdAt'>;
/** What reading a spool taught. */
export type Observed = Partial<
  Pick<JobRow, 'supervisorPid' | 'supervisorStart' | 'childPid' | 'childStart' | 'spoolOffset'>
>;
export interface Ending {
  state: 'succeeded' | 'failed' | 'cancelled' | 'lost';
  endedAt: number;
  exitCode: number | null;
  message: string;
}

const columns = `seq, job_id AS jobId, name, project_id AS projectId, dir, command, params, state, created_at AS createdAt,
  started_at AS startedAt, ended_at AS endedAt, exit_code AS exitCode, message, cancel_requested AS cancelRequested, slot,
  supervisor_pid AS supervisorPid, supervisor_start AS supervisorStart, child_pid AS childPid, child_start AS childStart,
  spool_offset AS spoolOffset`;

const prepare = (store: Store, sql: string) => store.db.prepare(sql);

type Raw = Omit<JobRow, 'command' | 'params' | 'cancelRequested'> & {
  command: string;
  params: string;
  cancelRequested: number;
};

/**
 * The table `job`. States only move forward, `queued` → `running` → one terminal state or `queued` → `cancelled`: every
 * change names the state it expects. Methods that change something run inside `Store.write`.
 */
export class JobStore {
  readonly #store: Store;
  readonly #statements = new Map<string, ReturnType<typeof prepare>>();

  constructor(store: Store) {
    this.#store = store;
  }

  get(jobId: string): JobRow | null {
    return this.#rows(`SELECT ${columns} FROM job WHERE job_id = ?`, jobId)[0] ?? null;
  }

  /** Ids that begin with a prefix of hexadecimal digits, at most two. */
  idsLike(prefix: string): string[] {
    const rows = this.#sql('SELECT job_id AS jobId FROM job WHERE job_id >= ? AND job_id < ? LIMIT 2').all(
      prefix,
      `${prefix}g`,
    );
    return (rows as { jobId: string }[]).map(({ jobId }) => jobId);
  }

  queued(limit = -1): JobRow[] {
    return this.#rows(`SELECT ${columns} FROM job WHERE state = 'queued' ORDER BY seq LIMIT ?`, limit);
  }

  running(): JobRow[] {
    return this.#rows(`SELECT ${columns} FROM job WHERE state = 'running' ORDER BY seq`);
  }

  finished(limit: number): JobRow[] {
    const where = `state NOT IN ('queued', 'running')`;
    return this.#rows(`SELECT ${columns} FROM job WHERE ${where} ORDER BY ended_at DESC, seq DESC LIMIT ?`, limit);
  }

  /** Place in the queue from 1. */
  position(seq: number): number {
    const row = this.#sql(`SELECT count(*) AS n FROM job WHERE state = 'queued' AND seq <= ?`).get(seq);
    return (row as { n: number }).n;
  }

  isBusy(): boolean {
    return this.#sql(`SELECT 1 FROM job WHERE state IN ('queued', 'running') LIMIT 1`).get() !== undefined;
  }

  tokenHash(jobId: string): Buffer | null {
    const row = this.#sql(`SELECT token_hash AS hash FROM job WHERE job_id = ? AND state = 'running'`).get(jobId);
    return (row as { hash: Buffer | null } | undefined)?.hash ?? null;
  }

  insert(job: NewJob): void {
    this.#sql(
      `INSERT INTO job (job_id, name, project_id, dir, command, params, state, created_at) VALUES (?, ?, ?, ?, ?, ?, 'queued', ?)`,
    ).run(
      job.jobId,
      job.name,
      job.projectId,
      job.dir,
      JSON.stringify(job.command),
      JSON.stringify(job.params),
      job.createdAt,
    );
  }

  /** The clock may have been set back: nothing starts before it was created, or ends before it started. The lease: written before anything is started. False when the job is not queued any more. */
  lease(jobId: string, slot: string, startedAt: number): boolean {
    const sql = `UPDATE job SET state = 'running', slot = ?, started_at = max(?, created_at) WHERE job_id = ? AND state = 'queued'`;
    return this.#sql(sql).run(slot, startedAt, jobId).changes === 1;
  }

  setTokenHash(jobId: string, hash: Buffer): void {
    this.#sql(`UPDATE job SET token_hash = ? WHERE job_id = ? AND state = 'running'`).run(hash, jobId);
  }

  requestCancel(jobId: string): void {
    this.#sql(`UPDATE job SET cancel_requested = 1 WHERE job_id = ? AND state = 'running'`).run(jobId);
  }

  observe(jobId: string, seen: Observed): void {
    this.#sql(
      `UPDATE job SET supervisor_pid = coalesce(?, supervisor_pid), supervisor_start = coalesce(?, supervisor_start),
         child_pid = coalesce(?, child_pid), child_start = coalesce(?, child_start), spool_offset = coalesce(?, spool_offset)
       WHERE job_id = ?`,
    ).run(
      seen.supervisorPid ?? null,
      seen.supervisorStart ?? null,
      seen.childPid ?? null,
      seen.childStart ?? null,
      seen.spoolOffset ?? null,
      jobId,
    );
  }

  /** Writes the one terminal state. False when the job was not in the state expected. */
  end(jobId: string, from: 'queued' | 'running', ending: Ending): boolean {
    const sql = `UPDATE job SET state = ?, ended_at = max(?, coalesce(started_at, created_at)), exit_code = ?, message = ?, slot = NULL, token_hash = NULL
      WHERE job_id = ? AND state = ?`;
    const { state, endedAt, exitCode, message } = ending;
    return this.#sql(sql).run(state, endedAt, exitCode, message, jobId, from).changes === 1;
  }

  #rows(sql: string, ...values: unknown[]): JobRow[] {
    return (this.#sql(sql).all(...values) as Raw[]).map(raw => ({
      ...raw,
      command: JSON.parse(raw.command) as string[],
      params: JSON.parse(raw.params) as Record<string, string>,
      cancelRequested: raw.cancelRequested === 1,
    }));
  }

  #sql(sql: string): ReturnType<typeof prepare> {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = prepare(this.#store, sql)));
    return statement;
  }
}
