import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

const longestBytes = 2_000_000;

/** The text of a file in a project's folder; null for what is not there, is too long, or lies elsewhere behind a link. */
export async function projectText(dir: string, path: string): Promise<string | null> {
  try {
    const [root, file] = await Promise.all([realpath(dir), realpath(join(dir, path))]);
    if (!file.startsWith(root + sep)) return null;
    const { size } = await stat(file);
    return size > longestBytes ? null : await readFile(file, 'utf8');
  } catch {
    return null;
  }
}
