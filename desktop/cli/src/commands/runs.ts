import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Project } from '@benchmate/shared/domain/project';
import { addGroup, addLeaf, numberOption, option, repeatedOption } from '../command.ts';
import type { Context } from '../context.ts';
import { printComparison } from '../output/comparison.ts';
import { runFacts, runTable } from '../output/run-table.ts';
import { findProject } from '../this-project.ts';

/** `benchmate runs …` */
export function registerRuns(program: Command): void {
  const group = addGroup(program, 'runs', 'list, show, compare and pin runs', 'benchmate runs list');

  addLeaf<{ project?: string; all?: boolean; limit: number; search?: string }>(group, {
    spec: 'list',
    description: 'runs, newest first: of the project around the working directory, else all',
    examples: ['benchmate runs list --search otter --limit 20'],
    options: [
      option('--project <name>', 'folder, id or name of a project'),
      option('--all', 'of all projects'),
      option('--search <text>', 'part of the name'),
      numberOption('--limit <n>', 'how many at most', 50),
    ],
    run: async (context, _args, { project: wanted, all, limit, search }) => {
      const project = all ? null : await findProject(context, wanted);
      const engine = await context.engine();
      const page = await engine.runs.list.query({
        limit,
        ...(project ? { projectId: project.projectId } : {}),
        ...(search === undefined ? {} : { search }),
      });
      const baseline = project?.baselineRunId ? await engine.runs.get.query({ runId: project.baselineRunId }) : null;
      context.print(page, () => {
        if (page.runs.length === 0)
          return ['Nothing has been logged yet. `eval "$(benchmate env)"`, then run a script that uses mlflow.'];
        const lines = runTable(page.runs, { project, baseline, width: context.terminal.width });
        return page.total > page.runs.length ? [...lines, `${page.runs.length} of ${page.total} runs`] : lines;
      });
    },
  });

  addLeaf(group, {
    spec: 'show <run>',
    description: 'everything about one run: by name, id or the beginning of an id',
    examples: ['benchmate runs show tidy-otter-12'],
    run: async (context, [name]) => {
      const engine = await context.engine();
      const run = await engine.runs.get.query({ runId: String(name) });
      context.print(run, () => runFacts(run));
    },
  });

  addLeaf<{ metric?: string[] }>(group, {
    spec: 'compare <runs...>',
    description: 'runs side by side: the params that differ, and the metrics against the baseline',
    examples: ['benchmate runs compare tidy-otter-12 3f2a 91bc'],
    options: [repeatedOption('--metric <name>', 'only this metric')],
    run: async (context, [names], { metric }) => {
      const engine = await context.engine();
      const runs = await Promise.all([names ?? []].flat().map(runId => engine.runs.get.query({ runId })));
      const project = await projectOf(context, runs[0]?.projectId ?? null);
      const pinned = project?.baselineRunId;
      const baseline = pinned ? await engine.runs.get.query({ runId: pinned }) : null;
      printComparison(context, { runs, baseline, project, metrics: metric });
    },
  });

  addLeaf(group, {
    spec: 'share <runs...>',
    description: 'give the team the numbers and curves of runs as they are now; no files',
    examples: ['benchmate runs share tidy-otter-12'],
    run: async (context, [names]) => {
      const engine = await context.engine();
      const shared = await Promise.all(
        [names ?? []].flat().map(async meant => {
          const { runId, name } = await engine.runs.get.query({ runId: meant });
          return { runId, name, ...(await engine.sharedRuns.share.mutate({ runId })) };
        }),
      );
      context.print(shared, () => shared.map(({ name }) => `${name} is a run of the whole team now.`));
    },
  });

  addLeaf<{ clear?: boolean; project?: string }>(group, {
    spec: 'pin [run]',
    description: 'pin a run as the baseline of its project, for the whole team',
    examples: ['benchmate runs pin tidy-otter-12', 'benchmate runs pin --clear'],
    options: [option('--clear', 'have no baseline'), option('--project <name>', 'with --clear: which project')],
    run: async (context, [name], { clear, project: wanted }) => {
      const engine = await context.engine();
      const run = clear || name === undefined ? null : await engine.runs.get.query({ runId: String(name) });
      if (!run && !clear) throw new BenchmateError('BAD_REQUEST', 'No run is named.', 'Name one, or use --clear.');
      const projectId = run ? run.projectId : (await findProject(context, wanted))?.projectId;
      if (!projectId)
        throw new BenchmateError(
          'BAD_REQUEST',
          run ? `The run ${run.name} belongs to no project.` : 'No project is named.',
          'Only runs of a project can be its baseline: use --project, or go to its folder.',
        );
      const project = await engine.projects.pinBaseline.mutate({ projectId, runId: run?.runId ?? null });
      context.print(project, () => [
        run ? `${run.name} is the baseline of ${project.name}.` : `${project.name} has no baseline now.`,
      ]);
    },
  });
}

export async function projectOf(context: Context, projectId: string | null): Promise<Project | null> {
  if (projectId === null) return null;
  const engine = await context.engine();
  return engine.projects.get.query({ projectId });
}
