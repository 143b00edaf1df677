import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { addLeaf, option } from '../command.ts';
import type { Context } from '../context.ts';
import { facts } from '../output/table.ts';

/** `benchmate new`: a project from a template. */
export function registerNew(program: Command): void {
  addLeaf<{ template: string; name?: string; prepare?: boolean }>(program, {
    spec: 'new <dir>',
    description: 'make a project from a template, in a git repository of its own',
    examples: ['benchmate new churn --template tabular --name "Churn model"'],
    options: [
      option('--template <name>', 'template to start from').default('tabular'),
      option('--name <name>', 'name of the project (default: that of the folder)'),
      option('--prepare', 'also make its Python environment, which takes a while'),
    ],
    run: async (context, [dir], { template, name, prepare }) => {
      const target = resolve(String(dir));
      const engine = await context.engine();
      const project = await engine.projects.create.mutate({ template, dir: target, name: name ?? basename(target) });
      if (prepare) await prepareEnvironment(context, project.projectId);
      context.print(project, () => [
        `The project ${project.name} is ready.`,
        ...facts([
          ['folder', project.dir ?? target],
          ['params', project.params],
          ['model card', project.card],
        ]),
        `Next: cd ${target}, then \`benchmate jobs submit --set key=value\` to train.`,
      ]);
    },
  });
}

/** Shows the lines of progress as they come; rejects with what went wrong. */
async function prepareEnvironment(context: Context, projectId: string): Promise<void> {
  const engine = await context.engine();
  await new Promise<void>((done, failed) => {
    const subscription = engine.projects.prepare.subscribe(
      { projectId },
      {
        next: progress => {
          if (progress.line) context.tell(progress.line);
          if (progress.done) finish(done);
        },
        error: error => finish(() => failed(error)),
      },
    );
    context.signal.addEventListener('abort', () => finish(done));
    function finish(settle: () => void): void {
      subscription.unsubscribe();
      settle();
    }
  });
  context.signal.throwIfAborted();
}
