import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { programFile } from './program-file.ts';

/** A program of this repository as its own process, that prints one JSON object as its first line. */
export interface Program<T> {
  readonly announced: T;
  readonly pid: number;
  /** Ends it as the operating system does when memory runs out: no goodbye. */
  kill: () => Promise<void>;
  /** Asks it to end, and insists after five seconds. */
  stop: () => Promise<void>;
}

/** Runs the program whose source is `entry` (relative to the repository). Rejects with its last words when it ends before it announces. */
export async function startProgram<T>(
  entry: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Program<T>> {
  const child = spawn(process.execPath, [programFile(entry), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-4000)));
  const exit = once(child, 'exit');
  // A test run that is broken off must not leave it behind.
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), exit.then(() => null)]);
  if (!first) throw new Error(`${entry} ended before it was ready: ${errors}`);
  return {
    announced: JSON.parse(String(first[0])) as T,
    pid: child.pid!,
    kill: () => end(child, exit, 'SIGKILL'),
    stop: async () => {
      const insist = setTimeout(() => child.kill('SIGKILL'), 5000);
      await end(child, exit, 'SIGTERM');
      clearTimeout(insist);
    },
  };
}

async function end(child: ChildProcess, exit: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await exit;
}
