import { realpathSync } from 'node:fs';
import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { addLeaf, option } from '../command.ts';
import { chooseInterpreter, inspect, run } from '../connect/interpreter.ts';
import { installPackage, removePackage } from '../connect/python-package.ts';
import { facts } from '../output/table.ts';
import { projectRoot } from '../this-project.ts';

const isThere = 'import sys; print(any(type(finder).__module__ == "benchmate_connect" for finder in sys.meta_path))';

/** `benchmate connect`: notebooks and debug sessions of a Python environment log to the engine. */
export function registerConnect(program: Command): void {
  addLeaf<{ remove?: boolean }>(program, {
    spec: 'connect [environment]',
    description: 'let notebooks, debug sessions and scripts of a Python environment log to the engine',
    examples: ['benchmate connect', 'benchmate connect .venv', 'benchmate connect --remove'],
    options: [option('--remove', 'take it away again')],
    run: async (context, [named], { remove = false }) => {
      const here = process.cwd();
      const project = projectRoot(here);
      const python = chooseInterpreter(named as string | undefined, project === null ? [here] : [project, here]);
      const { packages, version, mlflow } = await inspect(python);
      const { dataDir } = context;
      if (remove) {
        const removed = removePackage(packages);
        return context.print({ python, removed }, () => [
          removed ? `${python} is as it was before.` : `${python} was not connected.`,
        ]);
      }
      installPackage(packages, {
        dataDir,
        start: [process.execPath, realpathSync(process.argv[1]!), 'engine', 'start'],
      });
      if ((await run(python, ['-c', isThere])).trim() !== 'True')
        throw new BenchmateError(
          'TOOL_MISSING',
          `${python} does not read ${packages} when it starts.`,
          'Set the variables of `benchmate env` instead.',
        );
      context.print({ python, packages, dataDir, mlflow }, () => [
        'Notebooks, debug sessions and scripts of this environment now log to the engine.',
        ...facts([
          ['Python', `${python} (${version})`],
          ['mlflow', mlflow ?? 'not installed yet: `pip install mlflow`'],
          ['data', dataDir],
        ]),
        'Restart the kernels that run.',
      ]);
    },
  });
}
