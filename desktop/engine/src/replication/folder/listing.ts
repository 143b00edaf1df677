import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { parseFileName, type Numbers } from './names.ts';

/** One file of some device in the shared folder. */
export interface FolderFile extends Numbers {
  /** `<device folder>/<file>`: how it is known here. */
  name: string;
  device: string;
  exact: boolean;
  path: string;
}

/** All files of all devices, each device's in order. Throws OFFLINE when the folder is not there. */
export async function listFolder(root: string): Promise<FolderFile[]> {
  const devices = await readdir(root, { withFileTypes: true }).catch((error: unknown) => {
    throw away(root, error);
  });
  const files: FolderFile[] = [];
  for (const entry of devices) {
    if (!entry.isDirectory() || !/^[0-9a-f]{16}$/.test(entry.name)) continue;
    for (const name of await namesIn(join(root, entry.name))) {
      const numbers = parseFileName(name);
      if (numbers)
        files.push({
          ...numbers,
          device: entry.name,
          name: `${entry.name}/${name}`,
          path: join(root, entry.name, name),
        });
    }
  }
  return files.toSorted((a, b) => a.first - b.first || a.last - b.last || (a.name < b.name ? -1 : 1));
}

/** Whoever removes a folder while it is listed has removed it. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Also for what only looks as if it were empty: the place of a disk that is not there. */
export const away = (root: string, cause?: unknown): BenchmateError =>
  new BenchmateError(
    'OFFLINE',
    `The shared folder ${root} is not there.`,
    'Work goes on here, and is shared when it is back. If it is gone for good, choose it again: benchmate sync folder DIR',
    { cause },
  );
