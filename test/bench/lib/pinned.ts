import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { endWithUs } from './end-with-us.ts';

const canPin =
  process.platform === 'linux' && availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** Whether the servers have core 0 for themselves and the client core 1: else both share all cores. */
export const pinning = canPin ? 'servers on core 0, client on core 1' : 'not pinned to cores';

/** A process on one core, where that can be had. It ends with this one. */
export function spawnPinned(
  core: 0 | 1,
  command: readonly string[],
  { quiet = false, ...options }: { cwd?: string; env?: NodeJS.ProcessEnv; quiet?: boolean } = {},
) {
  const [program = '', ...args] = canPin ? ['taskset', '-c', String(core), ...command] : command;
  const child = spawn(program, args, {
    ...options,
    stdio: ['pipe', 'pipe', quiet ? 'ignore' : 'inherit'],
    detached: process.platform !== 'win32', // a server may have children, which must end with it
  });
  endWithUs(child);
  return child;
}

/** Ends a process and its children. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  signalGroup(child, 'SIGTERM');
  await exit;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended.
  }
}

/** A process that obeys one line of JSON at a time and answers each with one. */
export function obeying(child: ReturnType<typeof spawnPinned>) {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async <T>(order: unknown): Promise<T> => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    return (await nextLine(lines)) as T;
  };
}

/** The first line of a process's output, which is JSON. */
export const firstLine = (child: ReturnType<typeof spawnPinned>): Promise<unknown> =>
  nextLine(createInterface({ input: child.stdout })[Symbol.asyncIterator]());

async function nextLine(lines: AsyncIterator<string>): Promise<unknown> {
  const { value, done } = await lines.next();
  if (done) throw new Error('The process ended instead of answering.');
  return JSON.parse(value) as unknown;
}
