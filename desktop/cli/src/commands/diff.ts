import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Run } from '@benchmate/shared/domain/run';
import { addLeaf } from '../command.ts';
import type { Context } from '../context.ts';
import { printComparison } from '../output/comparison.ts';
import { projectOf } from './runs.ts';

/** `benchmate diff`: one run against another, or against the baseline of its project. */
export function registerDiff(program: Command): void {
  addLeaf(program, {
    spec: 'diff <run> [other]',
    description: 'what changed in a run against another one, or against the `baseline` (the default)',
    examples: ['benchmate diff tidy-otter-12', 'benchmate diff 3f2a 91bc'],
    run: async (context, [name, other = 'baseline']) => {
      const engine = await context.engine();
      const run = await engine.runs.get.query({ runId: String(name) });
      const project = await projectOf(context, run.projectId);
      const before =
        other === 'baseline'
          ? await baselineOf(context, run, project?.baselineRunId ?? null)
          : await engine.runs.get.query({ runId: String(other) });
      printComparison(context, { runs: [before, run], baseline: before, project });
    },
  });
}

async function baselineOf(context: Context, run: Run, runId: string | null): Promise<Run> {
  if (runId) return (await context.engine()).runs.get.query({ runId });
  throw new BenchmateError(
    'NOT_FOUND',
    run.projectId ? 'No baseline is pinned in this project.' : `The run ${run.name} belongs to no project.`,
    'Pin one with `benchmate runs pin <run>`, or name the run to compare with.',
  );
}
