import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { errorCodes } from '@benchmate/shared/errors/codes';
import type { Endpoint } from '@benchmate/shared/protocol/endpoint';
import type { Durability } from '@benchmate/shared/node/group-commit';
import { endpointFileOf, findEngine } from '@benchmate/shared/node/find-engine';
import { ensureEngine } from '@benchmate/shared/node/start-engine';
import { stopEngine } from '@benchmate/shared/node/stop-engine';
import { addGroup, addLeaf, numberOption, option } from '../command.ts';
import type { Context } from '../context.ts';
import { engineEntry } from '../engine-entry.ts';
import { ago } from '../output/describe.ts';
import { facts } from '../output/table.ts';

/** `benchmate engine …`: the background process that keeps everything. */
export function registerEngine(program: Command): void {
  const group = addGroup(program, 'engine', 'run, start and stop the engine', 'benchmate engine status');

  addLeaf<RunOptions>(group, {
    spec: 'run',
    description: 'run the engine in the foreground; the first line on stdout is JSON with its address',
    examples: ['benchmate engine run --data-dir ./bench --port 5005'],
    options: [
      numberOption('--port <n>', 'port on 127.0.0.1'),
      numberOption('--idle-minutes <n>', '0: never leaves'),
      durabilityOption(),
    ],
    run: (context, _args, options) => runInForeground(context, options),
  });

  addLeaf<{ port?: number; durability?: Durability }>(group, {
    spec: 'start',
    description: 'start the engine in the background, unless one runs already',
    examples: ['benchmate engine start'],
    options: [numberOption('--port <n>', 'port on 127.0.0.1'), durabilityOption()],
    run: async (context, _args, { port, durability }) => {
      const before = await findEngine(context.dataDir);
      const found = await ensureEngine({
        dataDir: context.dataDir,
        engineMain: engineEntry(),
        ...(port === undefined ? {} : { port }),
        ...(durability === undefined ? {} : { durability }),
      });
      const status = describe(context, found);
      context.print({ ...status, started: before?.pid !== found.pid }, () => [
        before?.pid === found.pid
          ? `The engine runs already.${keeps(found.durability, durability)}`
          : 'The engine is running.',
        ...facts(rows(status)),
      ]);
    },
  });

  addLeaf<{ force?: boolean }>(group, {
    spec: 'stop',
    description: 'stop the engine; running jobs go on',
    examples: ['benchmate engine stop'],
    options: [option('--force', 'also while an editor or a browser is connected')],
    run: async (context, _args, options) => {
      const stopped = await stopEngine(context.dataDir, { force: options.force ?? false });
      context.print({ stopped }, () => [
        stopped ? 'The engine has ended. Running jobs go on.' : 'No engine was running.',
      ]);
    },
  });

  addLeaf(group, {
    spec: 'status',
    description: 'say whether an engine runs, and where; never starts one (exit code 10 when none runs)',
    examples: ['benchmate engine status --json'],
    run: async context => {
      const found = await findEngine(context.dataDir);
      const status = found ? describe(context, found) : { running: false, dataDir: context.dataDir };
      context.print(status, () =>
        found
          ? ['The engine is running.', ...facts(rows(describe(context, found)))]
          : ['The engine is not running. Any command that needs it starts it, as does `benchmate engine start`.'],
      );
      return found ? 0 : errorCodes.ENGINE_UNAVAILABLE.exit;
    },
  });
}

/** What was asked for and is not so, because an engine keeps what it was started with. */
const keeps = (present: Durability, wanted: Durability | undefined) =>
  wanted === undefined || wanted === present ? '' : ` It keeps durability ${present}: stop it first to change that.`;

interface RunOptions {
  port?: number;
  idleMinutes?: number;
  durability?: Durability;
}

const durabilityOption = () =>
  option(
    '--durability <class>',
    'logged values: `full` outlives a power cut, `normal` a crash of the engine alone',
  ).choices(['full', 'normal']);

/** Everything of the endpoint but the token. */
function describe(context: Context, { url, pid, startedAt, version, durability }: Endpoint) {
  return {
    running: true,
    url,
    pid,
    startedAt,
    version,
    durability,
    dataDir: context.dataDir,
    endpointFile: endpointFileOf(context.dataDir),
  };
}

const rows = ({
  url,
  pid,
  startedAt,
  version,
  durability,
  dataDir,
}: ReturnType<typeof describe>): [string, string][] => [
  ['address', url],
  ['process', String(pid)],
  ['version', version],
  ['started', ago(startedAt)],
  ['durability', durability],
  ['data', dataDir],
];

/** As a child process: the engine's code is not part of this program. Its end and its exit code are ours. */
async function runInForeground(context: Context, options: RunOptions): Promise<number> {
  const args = [engineEntry(), 'run', '--data-dir', context.dataDir];
  if (options.port !== undefined) args.push('--port', String(options.port));
  args.push('--idle-minutes', String(options.idleMinutes ?? 0));
  if (options.durability !== undefined) args.push('--durability', options.durability);
  const engine = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = () => void engine.kill('SIGTERM'); // after Ctrl+C the terminal has told the engine, too: it may hear it twice
  context.signal.addEventListener('abort', stop);
  process.once('SIGHUP', stop);
  const [code] = (await once(engine, 'exit')) as [number | null];
  return code ?? 1;
}
