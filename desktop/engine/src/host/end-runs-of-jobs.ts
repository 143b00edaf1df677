import type { Job, JobState } from '@benchmate/shared/domain/job';
import type { JobsService } from '../features/jobs/service.ts';
import type { RunsService } from '../features/runs/service.ts';

/** What becomes of a run that was still running when its job ended. */
const statusAfter: Partial<Record<JobState, 'FINISHED' | 'FAILED' | 'KILLED'>> = {
  succeeded: 'FINISHED',
  failed: 'FAILED',
  cancelled: 'KILLED',
  lost: 'KILLED',
};

/**
 * Ends the runs that a job left running: a trainer that is killed ends none. Also those of jobs that ended while no engine
 * was there to see it. Answers what stops it.
 */
export function endRunsOfJobs(jobs: JobsService, runs: RunsService, failed: (error: unknown) => void): () => void {
  const end = ({ jobId, state, endedAt }: Job) => {
    const status = statusAfter[state];
    if (status && endedAt !== null) runs.endOfJob(jobId, status, endedAt).catch(failed);
  };
  for (const jobId of runs.jobsWithUnended()) {
    const job = jobs.find(jobId);
    if (job) end(job);
  }
  return jobs.changes.listen(end);
}
