import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import { addLeaf, option } from '../command.ts';
import { exportLine, isShell, shells, usualShell } from '../output/shell-line.ts';
import { findProject } from '../this-project.ts';

/** `benchmate env`: points the stock `mlflow` client of a shell at the engine. */
export function registerEnv(program: Command): void {
  addLeaf<{ shell?: string; project?: string }>(program, {
    spec: 'env',
    description: 'print the lines that point the stock mlflow client at the engine',
    examples: ['eval "$(benchmate env)"', 'benchmate env --shell fish | source'],
    options: [
      option('--shell <name>', `one of ${shells.join(', ')} (default: yours)`),
      option('--project <name>', 'log to this project (default: the one around the working directory)'),
    ],
    run: async (context, _args, options) => {
      const shell = options.shell ?? usualShell(process.platform, process.env);
      if (!isShell(shell))
        throw new BenchmateError(
          'BAD_REQUEST',
          `The shell '${shell}' is not known.`,
          `Use one of ${shells.join(', ')}.`,
        );
      const project = await findProject(context, options.project);
      await context.engine();
      const endpoint = await readEndpoint(context.dataDir);
      if (!endpoint) throw new BenchmateError('ENGINE_UNAVAILABLE', 'The engine has just ended.', 'Try again.');
      const variables: Record<string, string> = {
        MLFLOW_TRACKING_URI: endpoint.url,
        MLFLOW_TRACKING_TOKEN: endpoint.token,
        ...(project ? { MLFLOW_EXPERIMENT_NAME: project.experimentName } : {}),
      };
      context.print(variables, () => Object.entries(variables).map(([name, value]) => exportLine(shell, name, value)));
    },
  });
}
