import type { Job } from '@benchmate/shared/domain/job';
import type { Run } from '@benchmate/shared/domain/run';
import type { Entry } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { Sqlite } from '../../storage/database.ts';

/** Something that happened and of which no event was made yet (migration 11). */
export interface Cause {
  sequence: number;
  kind: 'entry' | 'run' | 'job';
  subject: number;
  state: string;
}

export type EndedRun = Pick<Run, 'runId' | 'name' | 'experimentName' | 'projectId' | 'jobId' | 'startTime' | 'endTime'>;
export type EndedJob = Pick<Job, 'jobId' | 'projectId' | 'exitCode' | 'startedAt' | 'endedAt'>;

/** Causes of events, and what they are about. */
export class CausesStore {
  readonly #db: Sqlite;

  constructor(db: Sqlite) {
    this.#db = db;
  }

  after(sequence: number, limit: number): Cause[] {
    return this.#db
      .prepare<[number, number], Cause>(
        'SELECT sequence, kind, subject, state FROM event_cause WHERE sequence > ? ORDER BY sequence LIMIT ?',
      )
      .all(sequence, limit);
  }

  /** Runs inside `Store.write`. */
  remove(sequence: number): void {
    this.#db.prepare('DELETE FROM event_cause WHERE sequence = ?').run(sequence);
  }

  entry(arrival: number): { team: string; item: HeldEntry } | null {
    const row = this.#db
      .prepare<[number], { team: string; hash: string; json: string }>(
        'SELECT team, hash, json FROM feed_entry WHERE arrival = ?',
      )
      .get(arrival);
    return row ? { team: row.team, item: { hash: row.hash, entry: JSON.parse(row.json) as Entry } } : null;
  }

  run(runNo: number): EndedRun | null {
    return (
      this.#db
        .prepare<[number], EndedRun>(
          `SELECT run.run_id AS runId, run.name, experiment.name AS experimentName, run.project_id AS projectId,
             run.job_id AS jobId, run.start_time AS startTime, run.end_time AS endTime
           FROM run JOIN experiment USING (experiment_id) WHERE run_no = ?`,
        )
        .get(runNo) ?? null
    );
  }

  job(seq: number): EndedJob | null {
    return (
      this.#db
        .prepare<[number], EndedJob>(
          `SELECT job_id AS jobId, project_id AS projectId, exit_code AS exitCode, started_at AS startedAt, ended_at AS endedAt
           FROM job WHERE seq = ?`,
        )
        .get(seq) ?? null
    );
  }
}
