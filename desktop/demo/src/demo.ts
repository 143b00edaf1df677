import { rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Listr } from 'listr2';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes } from '@benchmate/shared/errors/codes';
import type { DemoContext, DemoOptions, Programs } from './context.ts';
import { compareRuns } from './steps/compare-runs.ts';
import { openCompanion } from './steps/open-companion.ts';
import { scaffoldProject } from './steps/scaffold-project.ts';
import { startServices } from './steps/start-services.ts';
import { trainModels } from './steps/train-models.ts';
import { workAsTeam } from './steps/work-as-team.ts';

export const usage = `npm start -- [options]

Shows the main job on this machine: scaffolds a project, trains three models with the stock mlflow client,
compares them, and lets a teammate on a second device review and approve, online and offline.

  --once            check every step, then end with exit code 0, or 1 if one was not as expected
  --fresh           start over: forget what an earlier start left in the data directory
  --data-dir DIR    where everything goes (default: ${defaultDir()})
  --port N          port of the engine and its companion (default: a free one)
  --help            this text`;

export function parseOptions(argv: string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: argv,
    options: {
      once: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      'data-dir': { type: 'string' },
      port: { type: 'string', default: '0' },
    },
  });
  if (values.help) return 'help';
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new BenchmateError(
      'BAD_REQUEST',
      `--port is ${values.port}, and a port is a whole number up to 65535.`,
      'Leave it out to take a free one.',
    );
  return { once: values.once, fresh: values.fresh, port, dataDir: resolve(values['data-dir'] ?? defaultDir()) };
}

/** Runs all steps. Returns the exit code; whatever happens, nothing that it started is left running. */
export async function runDemo(options: DemoOptions, programs: Programs): Promise<number> {
  if (options.fresh) removeEarlier(options.dataDir);
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  const context = {
    options,
    programs,
    signal: interrupt.signal,
    cleanups: [],
    report: [],
    runs: [],
  } as unknown as DemoContext;
  const steps = new Listr<DemoContext>(
    [startServices, scaffoldProject, trainModels, compareRuns, workAsTeam, openCompanion],
    {
      ctx: context,
      exitOnError: true,
      registerSignalListeners: false,
      rendererOptions: { collapseSubtasks: false },
    },
  );
  try {
    await Promise.race([steps.run(), aborted(interrupt.signal)]);
    console.log(`\n${context.report.join('\n\n')}`);
    if (!options.once) await aborted(interrupt.signal);
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) return interruptedExit(steps, options);
    const { code, message, nextStep } = toErrorShape(error);
    console.error(`\n${message}${nextStep ? `\n${nextStep}` : ''}`);
    return errorCodes[code].exit;
  } finally {
    await cleanUp(context);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
  }
}

/** Ctrl+C while showing is the ordinary end; earlier it is a stop. */
function interruptedExit(steps: Listr<DemoContext>, { once }: DemoOptions): number {
  const finished = steps.tasks.every(task => task.isCompleted());
  console.error(
    finished ? '\nEverything that was started has been ended.' : '\nStopped. Run it again to go on where it was.',
  );
  return finished && !once ? 0 : errorCodes.CANCELLED.exit;
}

async function cleanUp({ cleanups, submission }: DemoContext): Promise<void> {
  await Promise.allSettled([submission]);
  await Promise.allSettled(cleanups.map(undo => undo()));
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = () => reject(new Error('interrupted'));
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
}

/** Only what a demo made: never the folder itself, which may hold something else. */
function removeEarlier(dataDir: string): void {
  for (const part of ['me', 'teammate', 'sync', 'project'])
    rmSync(join(dataDir, part), { recursive: true, force: true });
}

function defaultDir(): string {
  return join(homedir(), 'benchmate-demo');
}
