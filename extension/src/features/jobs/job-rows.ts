import { formatDuration } from '@benchmate/shared/diff/quantity-format';
import { terminalJobStates, type Job, type JobState } from '@benchmate/shared/domain/job';

export interface JobGroup {
  id: 'running' | 'queued' | 'finished';
  label: string;
  jobs: Job[];
}

/** Running, queued in order, finished with the newest first; empty groups are left out. */
export function groupJobs(jobs: Iterable<Job>): JobGroup[] {
  const all = [...jobs];
  const groups: JobGroup[] = [
    {
      id: 'running',
      label: 'Running',
      jobs: all.filter(({ state }) => state === 'running').toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0)),
    },
    {
      id: 'queued',
      label: 'Queued',
      jobs: all.filter(({ state }) => state === 'queued').toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0)),
    },
    {
      id: 'finished',
      label: 'Finished',
      jobs: all
        .filter(({ state }) => terminalJobStates.has(state))
        .toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0)),
    },
  ];
  return groups.filter(group => group.jobs.length > 0);
}

export const jobIcons: Record<JobState, { icon: string; color?: string }> = {
  queued: { icon: 'watch' },
  running: { icon: 'sync~spin', color: 'charts.blue' },
  succeeded: { icon: 'pass', color: 'testing.iconPassed' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  cancelled: { icon: 'circle-slash' },
  lost: { icon: 'question', color: 'list.warningForeground' },
};

/** State in words, for sighted and blind alike: the icon never says more than this. */
export function jobDetail(job: Job): string {
  if (job.state === 'running') return progressOf(job);
  if (job.state === 'queued') return job.position === null ? 'queued' : `queued, ${ordinal(job.position)} in line`;
  if (job.state === 'failed' && job.exitCode !== null) return `failed with exit code ${job.exitCode}${took(job)}`;
  return `${job.state}${took(job)}`;
}

/** Of a job that has ended, as the last line of its log: how it ended, and why. */
export const jobEnding = (job: Job): string =>
  `${job.name} ${job.state}${took(job)}.${job.message ? ` ${job.message}` : ''}`;

const took = ({ startedAt, endedAt }: Job): string =>
  startedAt !== null && endedAt !== null ? ` after ${formatDuration(endedAt - startedAt)}` : '';

function progressOf({ progress }: Job): string {
  if (!progress) return 'running';
  if (progress.total === null) return `step ${progress.done}`;
  const share = progress.total > 0 ? ` · ${Math.floor((100 * progress.done) / progress.total)} %` : '';
  return `step ${progress.done} of ${progress.total}${share}`;
}

function ordinal(position: number): string {
  const tens = position % 100;
  const suffix = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][position % 10] ?? 'th');
  return `${position}${suffix}`;
}
