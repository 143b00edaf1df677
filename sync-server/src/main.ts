#!/usr/bin/env node
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes } from '@benchmate/shared/errors/codes';
import { adminCommand } from './admin/command.ts';
import { backupCommand } from './backup/command.ts';
import { jsonLog } from './operations/log.ts';
import { readArguments, usage } from './arguments.ts';
import { startSyncServer, type SyncServer } from './server.ts';

/** What stopping takes at most, besides the time in which clients are still sent here. */
const stopLimitMs = 2800;

try {
  await run(process.argv.slice(2));
} catch (error) {
  // Threads and connections of what was begun would keep it alive, and whoever looks after it would wait for its end.
  fail(error, () => process.exit());
}

async function run(argv: string[]): Promise<void> {
  const [command, ...rest] = argv;
  if (command === 'admin') process.stdout.write(await adminCommand(rest));
  else if (command === 'backup' || command === 'restore')
    process.stdout.write(await backupCommand(command, rest, process.env));
  else await serve(argv);
}

async function serve(argv: string[]): Promise<void> {
  const options = readArguments(argv, process.env);
  if (!options) return void process.stdout.write(usage);
  const server = await startSyncServer({ ...options, log: jsonLog(line => process.stderr.write(line)) });
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => stop(server, stopLimitMs + (options.drainMs ?? 0)));
  if (options.tls) process.on('SIGHUP', () => server.reload());
}

function stop(server: SyncServer, limitMs: number): void {
  setTimeout(() => process.exit(errorCodes.TIMEOUT.exit), limitMs).unref();
  server.close().then(
    () => process.exit(0),
    error => fail(error, () => process.exit()),
  );
}

function fail(error: unknown, then: () => void): void {
  const { code, message, nextStep } = toErrorShape(error);
  process.exitCode = errorCodes[code].exit;
  process.stderr.write(`benchmate-sync: ${message} ${nextStep} (${code})\n`, then);
}
