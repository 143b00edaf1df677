import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir, root } from '../setup/root.ts';

/** Runs `build` when an input changed since it last succeeded or an output is missing. Returns whether it ran. */
export async function whenChanged(
  name: string,
  { inputs, outputs }: { inputs: readonly string[]; outputs: readonly string[] },
  build: () => Promise<void>,
): Promise<boolean> {
  const stamp = join(cacheDir, 'build', name);
  const now = fingerprint(inputs);
  const fresh =
    existsSync(stamp) && readFileSync(stamp, 'utf8') === now && outputs.every(path => existsSync(join(root, path)));
  if (fresh) return false;
  await build();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
  return true;
}

function fingerprint(inputs: readonly string[]): string {
  const hash = createHash('sha256');
  const skip = (path: string) => /(^|[\\/])(node_modules|dist|__pycache__|\.venv)$/.test(path);
  for (const input of [...inputs, 'package-lock.json']) {
    const path = join(root, input);
    const files = statSync(path).isFile()
      ? [input]
      : globSync('**/*', { cwd: path, exclude: skip }).map(file => join(input, file));
    for (const file of files.toSorted()) {
      const { mtimeMs, size } = statSync(join(root, file));
      hash.update(`${file}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}
