import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ListrTask } from 'listr2';
import type { DemoContext } from '../context.ts';
import type { Device } from '../device.ts';

export const scaffoldProject: ListrTask<DemoContext> = {
  title: 'Scaffold a project from the tabular template',
  rendererOptions: { bottomBar: 1 },
  task: async (context, task) => {
    const dir = join(context.options.dataDir, 'project');
    context.projectDir = dir;
    const { projects } = context.me.client;
    const known = existsSync(join(dir, 'benchmate.yaml'));
    context.project = known
      ? await projects.open.mutate({ dir })
      : await projects.create.mutate({ template: 'tabular', dir, name: 'breast-cancer' });
    task.title = `${known ? 'Found' : 'Scaffolded'} project ${context.project.name} in ${dir}`;
    await prepare(context.me, context.project.projectId, line => line.startsWith(' + ') || (task.output = line));
  },
};

/** Makes the project's Python environment. */
function prepare({ client }: Device, projectId: string, report: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const subscription = client.projects.prepare.subscribe(
      { projectId },
      {
        next: ({ line, done }) => {
          report(line);
          if (!done) return;
          subscription.unsubscribe();
          resolve();
        },
        error: reject,
      },
    );
  });
}
