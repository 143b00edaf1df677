import { enableCompileCache, flushCompileCache } from 'node:module';
import { join, resolve } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { errorCodes } from '@benchmate/shared/errors/codes';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { OfflineCommand } from './host/offline.ts';
import { refuseNode } from './host/version.ts';

const usage =
  'engine run --data-dir DIR [--port N] [--idle-minutes N] [--log-level LEVEL] [--durability full|normal], ' +
  'engine check --data-dir DIR, engine entries --data-dir DIR, or engine restore FILE --data-dir DIR [--replace]';

/**
 * `engine run`: runs in the foreground. The first line on stdout is one JSON object `{url, endpointFile}`; the token is in
 * the endpoint file alone. SIGINT and SIGTERM end it within three seconds. `check`, `entries` and `restore`: see host/offline.ts.
 */
async function main(args: string[]): Promise<void> {
  const tooOld = refuseNode(process.versions.node);
  if (tooOld) throw new BenchmateError('TOOL_MISSING', tooOld, 'Install Node 24, or use the one that npm brings.');
  const { dataDir, offline, ...options } = readArguments(args);
  if (offline) {
    const { runOffline } = await import('./host/offline.ts');
    return runOffline(dataDir, offline);
  }
  enableCompileCache(join(dataDir, 'cache', 'code'));
  const { startEngine } = await import('./host/engine.ts');
  process.stdout.on('error', () => {}); // who started it may be gone
  const engine = await startEngine({ dataDir, ...options });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void engine.stop());
  process.stdout.write(`${JSON.stringify({ url: engine.url, endpointFile: engine.endpointFile })}\n`);
  process.on('unhandledRejection', reason => process.stderr.write(`A part failed: ${inspect(reason)}\n`));
  const ready = engine.ready.then(() => flushCompileCache()); // an end by kill -9 would lose it
  await Promise.race([ready.then(() => engine.stopped), engine.stopped]);
  process.exit(0);
}

function readArguments(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        'data-dir': { type: 'string' },
        port: { type: 'string', default: '0' },
        'idle-minutes': { type: 'string', default: '30' },
        'log-level': { type: 'string', default: 'info' },
        replace: { type: 'boolean', default: false },
        durability: { type: 'string', default: process.env['BENCHMATE_DURABILITY'] || 'full' },
      },
    });
    const dataDir = values['data-dir'] ?? process.env['BENCHMATE_DATA_DIR'];
    const port = Number(values.port);
    const idleMinutes = Number(values['idle-minutes']);
    const offline = offlineCommand(positionals, values.replace);
    if (!dataDir) throw new Error('--data-dir is missing');
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port is a number up to 65535');
    if (!(idleMinutes >= 0)) throw new Error('--idle-minutes is a number from 0');
    const durability = (['full', 'normal'] as const).find(name => name === values.durability);
    if (!durability) throw new Error('--durability is full or normal');
    return {
      dataDir: resolve(dataDir),
      offline,
      port,
      idleMinutes,
      logLevel: values['log-level'],
      durability,
    };
  } catch (error) {
    throw new BenchmateError('BAD_REQUEST', `The arguments are wrong: ${(error as Error).message}.`, usage);
  }
}

/** Null for `run`. */
function offlineCommand([name, file, ...more]: readonly string[], replace: boolean): OfflineCommand | null {
  if (name === 'restore' && file && more.length === 0) return { name, file: resolve(file), replace };
  if (file !== undefined || (name !== 'run' && name !== 'check' && name !== 'entries'))
    throw new Error('the command is `run`, `check`, `entries` or `restore`');
  return name === 'run' ? null : { name };
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const { code, message, nextStep } = toErrorShape(error);
  process.stderr.write(`${code}: ${message} ${nextStep}\n`);
  process.exitCode = errorCodes[code].exit;
  setTimeout(() => process.exit(), 1000).unref(); // should something linger
}
