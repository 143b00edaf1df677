import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { snapshotFolder, snapshotPlace } from '@benchmate/shared/snapshot/places';

/** More than this is no snapshot of a project. */
const mostFiles = 50_000;
const mostFileBytes = 80 * 2 ** 20;
const mostBytes = 512 * 2 ** 20;
const folders = ['facts', 'notes', 'threads', 'sealed'];

export interface FoundFile {
  /** In the folder, with `/`. */
  path: string;
  sizeBytes: number;
}

/** The files of a snapshot that this version knows, looked at and not read; null without a folder. Throws BAD_REQUEST for links, TOO_LARGE for too much (G8). */
export async function snapshotFiles(project: string): Promise<FoundFile[] | null> {
  const root = join(project, snapshotFolder);
  if ((await look(root)) === null) return null;
  await checkFolder(root, '');
  const found: FoundFile[] = [];
  for (const folder of ['', ...folders]) {
    const dir = join(root, folder);
    if (folder !== '' && (await look(dir)) === null) continue;
    await checkFolder(dir, folder);
    for (const name of (await readdir(dir)).sort()) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (!snapshotPlace(path)) continue;
      const stat = await look(join(dir, name));
      if (!stat?.isFile()) throw notAFile(path);
      found.push({ path, sizeBytes: stat.size });
      if (stat.size > mostFileBytes || found.length > mostFiles) throw tooLarge(path);
    }
  }
  if (found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > mostBytes) throw tooLarge('');
  return found;
}

/** The text of one file. Throws BAD_REQUEST if it is a link by now. */
export async function readSnapshotFile(project: string, path: string): Promise<string> {
  const file = join(project, snapshotFolder, path);
  // A link that was put there since it was looked at is not followed, where the system can say so.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code === 'ELOOP' ? notAFile(path) : error;
    },
  );
  try {
    if ((await handle.stat()).size > mostFileBytes) throw tooLarge(path);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Writes one file so that a reader, or a crash, finds the old content or the new one. */
export async function writeSnapshotFile(project: string, path: string, text: string): Promise<void> {
  const file = join(project, snapshotFolder, path);
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(partial, 'wx', 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function checkFolder(dir: string, name: string): Promise<void> {
  if (!(await look(dir))?.isDirectory()) throw notAFile(name);
}

async function look(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const named = (path: string) => (path === '' ? snapshotFolder : `${snapshotFolder}/${path}`);

const notAFile = (path: string) =>
  new BenchmateError(
    'BAD_REQUEST',
    `${named(path)} is a link, or something else that is in no snapshot: nothing was taken.`,
    'Look at who committed it, and bring the file back with git.',
  );

const tooLarge = (path: string) =>
  new BenchmateError(
    'TOO_LARGE',
    `${named(path)} is larger than a snapshot can be: nothing was taken.`,
    'Look at who committed it.',
  );
