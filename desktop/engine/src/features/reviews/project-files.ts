import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';

/** Longer files are not read: nobody reviews them line by line. */
const longestBytes = 5_000_000;
const mostFiles = 300;
const mostFolders = 2000;
const skipped = /^(\..*|node_modules|__pycache__|mlruns|site-packages|venv|dist|build)$/;

/** `text` is null for what is too long to be looked into, or no file. */
export interface ReadFile {
  text: string | null;
}

/** Null when the file is not there. */
export async function readProjectFile(dir: string, path: string): Promise<ReadFile | null> {
  const file = join(dir, path);
  const seen = await stat(file).catch(() => null);
  if (!seen) return null;
  if (!seen.isFile() || seen.size > longestBytes) return { text: null };
  return readFile(file, 'utf8').then(
    text => ({ text }),
    () => ({ text: null }),
  );
}

export const isFileOf = (dir: string, path: string): Promise<boolean> =>
  stat(join(dir, path)).then(
    seen => seen.isFile(),
    () => false,
  );

/** Files of the same kind as one, which may be a mere `.py`: what it may be now if it is gone. Those of the same name come first. */
export async function filesLike(dir: string, path: string): Promise<string[]> {
  const kind = path.startsWith('.') ? path : extname(path);
  const found: string[] = [];
  const folders = [''];
  for (const folder of folders) {
    for (const entry of await readdir(join(dir, folder), { withFileTypes: true }).catch(() => [])) {
      const inside = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !skipped.test(entry.name) && folders.length < mostFolders) folders.push(inside);
      if (entry.isFile() && inside !== path && extname(entry.name) === kind) found.push(inside);
    }
    if (found.length > mostFiles) break;
  }
  const isNamesake = (each: string) => Number(basename(each) === basename(path));
  return found.sort((a, b) => isNamesake(b) - isNamesake(a)).slice(0, mostFiles);
}
