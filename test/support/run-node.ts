import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { programFile } from './program-file.ts';

/** Runs the program whose source is `entry` (relative to the repository) to its end. */
export async function runNode(
  entry: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, [programFile(entry), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, errors };
}
