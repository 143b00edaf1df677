import { resolve } from 'node:path';
import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { addGroup, addLeaf, numberOption, option, repeatedOption } from '../command.ts';
import { followLog } from '../follow-log.ts';
import { jobFacts, jobTable } from '../output/job-table.ts';
import { findProject } from '../this-project.ts';

/** `benchmate jobs …`: this machine's queue. */
export function registerJobs(program: Command): void {
  const group = addGroup(
    program,
    'jobs',
    'queue training on this machine',
    'benchmate jobs submit --set lr=0.01 --follow',
  );

  addLeaf<{ project?: string; set?: string[]; name?: string; dir?: string; follow?: boolean }>(group, {
    spec: 'submit [command...]',
    description: 'queue the training of a project, or any command after `--`',
    examples: ['benchmate jobs submit --set lr=0.01 --set depth=6', 'benchmate jobs submit --dir . -- python eval.py'],
    options: [
      repeatedOption('--set <key=value>', 'change a param for this job'),
      option('--project <name>', 'folder, id or name (default: the project around the working directory)'),
      option('--dir <dir>', 'folder to run in'),
      option('--name <name>', 'name of the job'),
      option('--follow', 'show its output until it ends'),
    ],
    run: async (context, [command], options) => {
      const engine = await context.engine();
      const dir = options.dir === undefined ? undefined : resolve(options.dir);
      const project = await findProject(context, options.project ?? undefined);
      const argv = [command ?? []].flat();
      const job = await engine.jobs.submit.mutate({
        params: paramsOf(options.set ?? []),
        ...(project && dir === undefined ? { projectId: project.projectId } : { dir: dir ?? process.cwd() }),
        ...(argv.length > 0 ? { command: argv } : {}),
        ...(options.name === undefined ? {} : { name: options.name }),
      });
      if (options.follow) {
        context.tell(`Job ${job.jobId} is queued.`);
        return followLog(context, job.jobId);
      }
      context.print(job, () => [
        `Job ${job.jobId} is queued${job.position === null ? '' : ` at place ${job.position}`}: ${job.name}`,
        `Watch it with \`benchmate jobs log ${job.jobId} --follow\`.`,
      ]);
      return 0;
    },
  });

  addLeaf<{ limit: number }>(group, {
    spec: 'list',
    description: 'running jobs, then queued ones in order, then finished ones',
    examples: ['benchmate jobs list --limit 20'],
    options: [numberOption('--limit <n>', 'how many at most', 50)],
    run: async (context, _args, { limit }) => {
      const jobs = await (await context.engine()).jobs.list.query({ limit });
      context.print(jobs, () =>
        jobs.length === 0 ? ['No job was ever queued here.'] : jobTable(jobs, context.terminal.width),
      );
    },
  });

  addLeaf(group, {
    spec: 'show <job>',
    description: 'everything about one job',
    examples: ['benchmate jobs show 3f2a91bc'],
    run: async (context, [jobId]) => {
      const job = await (await context.engine()).jobs.get.query({ jobId: String(jobId) });
      context.print(job, () => jobFacts(job));
    },
  });

  addLeaf(group, {
    spec: 'cancel <job>',
    description: 'end a job with everything it started; one that ended already stays as it is',
    examples: ['benchmate jobs cancel 3f2a91bc'],
    run: async (context, [jobId]) => {
      const job = await (await context.engine()).jobs.cancel.mutate({ jobId: String(jobId) });
      context.print(job, () => [
        job.state === 'running' ? `Job ${job.jobId} is being cancelled.` : `Job ${job.jobId}: ${job.state}.`,
      ]);
    },
  });

  addLeaf<{ follow?: boolean }>(group, {
    spec: 'log <job>',
    description: 'output of a job',
    examples: ['benchmate jobs log 3f2a91bc --follow'],
    options: [option('--follow', 'until the job ends; then its exit code decides about ours')],
    run: async (context, [jobId], { follow }) => followLog(context, String(jobId), { once: !follow }),
  });
}

function paramsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map(pair => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new BenchmateError('BAD_REQUEST', `'${pair}' is no param with a value.`, 'Write --set key=value.');
    }),
  );
}
