import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { programFile } from './program-file.ts';

/** A program of this repository whose standard error is kept whole. */
export interface LoggingProgram {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything that it wrote to standard error so far. */
  log: () => string;
  /** Its exit status, when it is gone. */
  readonly exited: Promise<number | null>;
}

/** Runs the program whose source is `entry` (relative to the repository), until it prints its address. */
export async function startLogging(
  entry: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<LoggingProgram> {
  const child = spawn(process.execPath, [programFile(entry), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  void exited.then(() => process.off('exit', endWithUs));
  const first = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited.then(() => null)]);
  if (!first) throw new Error(`${entry} ended before it was ready: ${errors}`);
  const { url } = JSON.parse(String(first[0])) as { url: string };
  return { url, child, exited, log: () => errors };
}
