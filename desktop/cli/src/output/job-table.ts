import type { Job } from '@benchmate/shared/domain/job';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { ago, jobStates, lasted } from './describe.ts';
import { facts, table } from './table.ts';
import { cell } from './terminal.ts';

export function jobTable(jobs: readonly Job[], width: number | null): TextLine[] {
  return table(
    [
      { title: 'job' },
      { title: 'state' },
      { title: 'name', least: 12 },
      { title: 'progress', align: 'right' },
      { title: 'time' },
      { title: 'message', least: 10 },
    ],
    jobs.map(job => [
      cell(job.jobId, 'muted'),
      cell(...jobStates[job.state]),
      cell(job.name),
      cell(progressText(job)),
      cell(timeText(job), 'muted'),
      cell(job.message),
    ]),
    width,
  );
}

export function jobFacts(job: Job): TextLine[] {
  return [
    [part(job.name, 'heading')],
    ...facts([
      ['state', cell(...jobStates[job.state])],
      ...(job.message ? ([['message', job.message]] as const) : []),
      ['time', timeText(job)],
      ['progress', progressText(job) || '–'],
      ['exit code', job.exitCode === null ? '–' : String(job.exitCode)],
      ['command', job.command.join(' ')],
      ['folder', job.dir],
      ...Object.entries(job.params).map(([key, value]) => [`--set ${key}`, value] as const),
      ['runs', job.runIds.join(' ') || '–'],
      ['id', job.jobId],
    ]),
  ];
}

function progressText({ state, position, progress }: Job): string {
  if (state === 'queued') return position === null ? '' : `place ${position}`;
  if (!progress) return '';
  return progress.total === null ? `step ${progress.done}` : `${progress.done}/${progress.total}`;
}

function timeText({ createdAt, startedAt, endedAt }: Job): string {
  if (startedAt === null) return `queued ${ago(createdAt)}`;
  return endedAt === null ? `for ${lasted(startedAt, null)}` : `${ago(endedAt)}, took ${lasted(startedAt, endedAt)}`;
}
