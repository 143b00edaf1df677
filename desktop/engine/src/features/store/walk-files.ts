import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface FoundFile {
  /** Below the root, with forward slashes. */
  path: string;
  sizeBytes: number;
}

/** Regular files below a folder, depth first; none for a folder that is not there. What vanishes meanwhile is left out. */
export async function* walkFiles(root: string, below = ''): AsyncGenerator<FoundFile> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch(ignoreMissing);
  for (const entry of entries) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) yield* walkFiles(root, path);
    else if (entry.isFile()) {
      const found = await stat(join(root, path)).catch(ignoreMissing);
      if ('size' in found) yield { path, sizeBytes: found.size };
    }
  }
}

export async function sizeOfFiles(root: string): Promise<{ files: number; bytes: number }> {
  let files = 0;
  let bytes = 0;
  for await (const { sizeBytes } of walkFiles(root)) {
    files++;
    bytes += sizeBytes;
  }
  return { files, bytes };
}

function ignoreMissing(error: unknown): [] {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return [];
  throw error;
}
