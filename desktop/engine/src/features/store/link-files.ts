import { constants } from 'node:fs';
import { copyFile, link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { throwIfCancelled, type Progress } from '../../host/progress.ts';
import { walkFiles } from './walk-files.ts';

/**
 * The same files below another folder, as hard links where the file system has them: what is replaced or deleted later
 * stays as it was there. `to` is made even when there is nothing to link.
 */
export async function linkFiles(
  from: string,
  to: string,
  progress: Progress,
  wanted: (path: string) => boolean,
): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const made = new Set<string>();
  for await (const { path } of walkFiles(from)) {
    if (!wanted(path)) continue;
    throwIfCancelled(progress);
    const folder = dirname(join(to, path));
    if (!made.has(folder)) await mkdir(folder, { recursive: true, mode: 0o700 });
    made.add(folder);
    await linkOrCopy(join(from, path), join(to, path));
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return; // deleted meanwhile
    if (code !== 'EPERM' && code !== 'EXDEV' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error;
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}
