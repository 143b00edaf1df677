import type { ListrTask } from 'listr2';
import { terminalJobStates, type Job } from '@benchmate/shared/domain/job';
import { toNumber } from '@benchmate/shared/domain/metric';
import type { Run } from '@benchmate/shared/domain/run';
import { formatMetric } from '@benchmate/shared/diff/number-format';
import type { DemoContext } from '../context.ts';
import { expect, until } from '../expect.ts';

/** Changed params of the three jobs; the first is the template as it stands. */
const variants: Record<string, string>[] = [{}, { learning_rate: '0.3' }, { max_depth: '1', learning_rate: '0.05' }];

export const trainModels: ListrTask<DemoContext> = {
  title: 'Train three models through the job queue, with the stock mlflow client',
  task: async (context, task) => {
    const { client } = context.me;
    const { projectId } = context.project;
    const submission = submitAll(context);
    context.submission = submission;
    const jobs = await submission;
    return task.newListr(
      jobs.map((job, index): ListrTask<DemoContext> => {
        const label =
          Object.entries(job.params)
            .map(([key, value]) => `${key}=${value}`)
            .join(' ') || 'params as they are';
        return {
          title: label,
          task: async (_, line) => {
            const done = await until(
              `The end of a training job (${label})`,
              async () => {
                const now = await client.jobs.get.query({ jobId: job.jobId });
                line.title = `${label} · ${await describe(context, now)}`;
                return now;
              },
              now => terminalJobStates.has(now.state),
              again => {
                const changes = client.jobs.changes.subscribe(undefined, {
                  next: changed => changed.jobId === job.jobId && again(),
                  connected: again,
                });
                const runs = client.runs.changes.subscribe({ projectId }, { next: again, connected: again });
                return { unsubscribe: () => (changes.unsubscribe(), runs.unsubscribe()) };
              },
              600_000,
            );
            const log =
              done.state === 'succeeded' ? '' : (await client.jobs.log.query({ jobId: job.jobId })).text.slice(-2000);
            expect(done.state === 'succeeded', `A training job ended as ${done.state}: ${done.message}\n${log}`);
            expect(done.runIds.length > 0, `A training job logged no run (${label}).`);
            context.runs[index] = await client.runs.get.query({ runId: done.runIds[0]! });
          },
        };
      }),
      { concurrent: true, rendererOptions: { collapseSubtasks: false } },
    );
  },
};

async function submitAll({ me, project, signal }: DemoContext): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const params of variants) {
    signal.throwIfAborted();
    jobs.push(await me.client.jobs.submit.mutate({ projectId: project.projectId, params }));
  }
  return jobs;
}

async function describe(context: DemoContext, job: Job): Promise<string> {
  if (job.state === 'queued') return `queued, place ${job.position ?? '?'}`;
  const runId = job.runIds[0];
  const run = runId ? await context.me.client.runs.get.query({ runId }) : undefined;
  const progress = job.progress ? ` ${job.progress.done}${job.progress.total ? `/${job.progress.total}` : ''}` : '';
  return [`${job.state}${job.state === 'running' ? progress : ''}`, run?.name, run && primaryMetric(context, run)]
    .filter(Boolean)
    .join(' · ');
}

function primaryMetric({ project }: DemoContext, run: Run): string {
  const key = project.primaryMetric;
  const point = key ? run.metrics[key] : undefined;
  return key && point ? `${key} ${formatMetric(toNumber(point.value))}` : '';
}
