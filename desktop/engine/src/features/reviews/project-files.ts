import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, extname, join, sep } from 'node:path';

/** Longer files are not read: nobody reviews them line by line. */
const longestBytes = 5_000_000;
const mostFiles = 300;
const mostFolders = 2000;
const skipped = /^(\..*|node_modules|__pycache__|mlruns|site-packages|venv|dist|build)$/;

/** `text` is null for what is too long to be looked into, or cannot be read. */
export interface ReadFile {
  text: string | null;
  /** Whether the text is all that the file holds: written back, it would be the same bytes. */
  isWhole: boolean;
}

/** Null when the file is not there: also when a folder is, or a link that leads out of the project or nowhere. */
export async function readProjectFile(dir: string, path: string): Promise<ReadFile | null> {
  const file = await fileIn(dir, path);
  if (!file) return null;
  if (file.sizeBytes > longestBytes) return { text: null, isWhole: false };
  return readFile(file.real).then(decoded, () => ({ text: null, isWhole: false }));
}

export const isFileOf = async (dir: string, path: string): Promise<boolean> => (await fileIn(dir, path)) !== null;

async function fileIn(dir: string, path: string): Promise<{ real: string; sizeBytes: number } | null> {
  try {
    const [root, real] = await Promise.all([realpath(dir), realpath(join(dir, path))]);
    const seen = await stat(real);
    return seen.isFile() && real.startsWith(root + sep) ? { real, sizeBytes: seen.size } : null;
  } catch {
    return null;
  }
}

function decoded(bytes: Buffer): ReadFile {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), isWhole: true };
  } catch {
    return { text: bytes.toString('utf8'), isWhole: false };
  }
}

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
