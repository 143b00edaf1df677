import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** Refuses what is larger than a limit, before it is read where the length is known, else while it is read. */
export interface SizeLimit {
  limitBytes: number;
  /** As the sender announced it; undefined where it did not. */
  announcedBytes?: number | undefined;
}

/** What comes while the disk writes is written at once after it, not piece by piece. */
const highWaterMark = 2 ** 20;

/** Writes a stream, which stays open when this fails, to a new file of `folder` and to the disk; leaves nothing when it fails. Returns the file. */
export async function writeTemporary(folder: string, content: Readable, limit: SizeLimit): Promise<string> {
  if ((limit.announcedBytes ?? 0) > limit.limitBytes) throw tooLarge(limit.limitBytes);
  const file = join(folder, randomUUID());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const kept = content.iterator({ destroyOnReturn: false });
    await pipeline(
      kept,
      atMost(limit.limitBytes),
      createWriteStream(file, { mode: 0o600, flush: true, highWaterMark }),
    );
    return file;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

const mostAttempts = 100;

/** Moves a finished file to its place and makes sure that its name, and its new folders, are on the disk. */
export async function moveInPlace(temporary: string, file: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const made = await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await rename(temporary, file);
      return await syncFolders(dirname(file), made === undefined ? dirname(file) : dirname(made));
    } catch (error) {
      // Somebody may delete the folder while it is made, or between that and the move.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === mostAttempts) throw error;
    }
  }
}

/**
 * From the innermost folder out to `outermost`, at the same time: a file system writes them down together. Windows has no such
 * call and needs none.
 */
async function syncFolders(innermost: string, outermost: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folders = [innermost];
  for (let folder = innermost; folder !== outermost && folder !== dirname(folder);) {
    folder = dirname(folder);
    folders.push(folder);
  }
  await Promise.all(folders.map(syncFolder));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null; // deleted meanwhile
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

function atMost(limitBytes: number): Transform {
  let sizeBytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) done(tooLarge(limitBytes));
      else done(null, chunk);
    },
  });
}

const tooLarge = (limitBytes: number) =>
  new BenchmateError(
    'TOO_LARGE',
    `The artifact is larger than the ${limitBytes} bytes that this engine takes.`,
    'Start the engine with a larger BENCHMATE_MAX_ARTIFACT_BYTES.',
  );
