import type { RunInfo } from './run-record.ts';

export interface RunRow extends Omit<RunInfo, 'experimentId'> {
  runNo: number;
  experimentId: number;
  experimentName: string;
}

/** `SELECT` of whole rows; `from` names `run` as `r`. */
export const selectRun = (from = 'run r') =>
  `SELECT r.run_no AS runNo, r.run_id AS runId, r.experiment_id AS experimentId, e.name AS experimentName,
  r.name, r.user_id AS userId, r.status, r.start_time AS startTime, r.end_time AS endTime, r.lifecycle,
  r.artifact_uri AS artifactUri, r.project_id AS projectId, r.job_id AS jobId
  FROM ${from} JOIN experiment e USING (experiment_id)`;
