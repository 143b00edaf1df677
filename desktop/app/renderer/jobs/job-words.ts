import { formatDuration } from '@benchmate/shared/diff/quantity-format';
import { terminalJobStates, type Job } from '@benchmate/shared/domain/job';

/** State and progress of a job in words. */
export function jobDetail(job: Job, now: number): string {
  if (job.state === 'queued')
    return job.position === null
      ? 'queued'
      : job.position === 1
        ? 'queued, next'
        : `queued, ${job.position - 1} before it`;
  if (job.state === 'running') {
    const { progress } = job;
    const step =
      progress && (progress.total === null ? `step ${progress.done}` : `step ${progress.done} of ${progress.total}`);
    return ['running', step, etaWords(job, now)].filter(Boolean).join(' · ');
  }
  const took =
    job.startedAt !== null && job.endedAt !== null ? ` after ${formatDuration(job.endedAt - job.startedAt)}` : '';
  if (job.state === 'failed' && job.exitCode !== null) return `failed with exit code ${job.exitCode}${took}`;
  return `${job.state}${took}`;
}

/** A guess from the steps so far; nothing before a twentieth is done. */
function etaWords({ progress, startedAt }: Job, now: number): string {
  if (!progress?.total || startedAt === null || progress.done < progress.total / 20) return '';
  const leftMs = ((now - startedAt) / progress.done) * (progress.total - progress.done);
  return leftMs > 1000 ? `about ${formatDuration(leftMs)} left` : '';
}

/** Running first, queued in order, then finished, newest first. */
export function inOrder(jobs: readonly Job[]): Job[] {
  const rank = ({ state }: Job) => (state === 'running' ? 0 : state === 'queued' ? 1 : 2);
  return jobs.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (rank(a) === 1
        ? (a.position ?? 0) - (b.position ?? 0)
        : (b.endedAt ?? b.startedAt ?? b.createdAt) - (a.endedAt ?? a.startedAt ?? a.createdAt)),
  );
}

export const isOver = ({ state }: Job): boolean => terminalJobStates.has(state);
