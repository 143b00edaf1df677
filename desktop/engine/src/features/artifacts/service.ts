import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { safePath } from './path.ts';

export interface ArtifactFile {
  name: string;
  isDir: boolean;
  /** Null for a folder. */
  sizeBytes: number | null;
}

const uploads = '.uploads';

/** Files below one folder, named by relative paths with forward slashes. Every method throws BAD_REQUEST for a path that leaves it. */
export class ArtifactsService {
  readonly #root: string;

  /** `root`: an absolute folder; made when first needed. */
  constructor(root: string) {
    this.#root = root;
  }

  /** A folder's content by name; empty for a file and for what does not exist. `''` is the root. */
  async list(path: string): Promise<ArtifactFile[]> {
    const folder = path === '' ? this.#root : this.#resolve(path);
    const entries = await readdir(folder, { withFileTypes: true }).catch(ignoreMissing<[]>([]));
    const files = await Promise.all(
      entries
        .filter(({ name }) => name !== uploads)
        .map(async entry => {
          const isDir = entry.isDirectory();
          const size = isDir
            ? null
            : await stat(join(folder, entry.name)).then(({ size }) => size, ignoreMissing(null));
          return isDir || size !== null ? [{ name: entry.name, isDir, sizeBytes: size }] : [];
        }),
    );
    return files.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A file's size, and how to read it from `start` up to and including `end`. Throws NOT_FOUND. */
  async open(path: string): Promise<{ sizeBytes: number; read: (start?: number, end?: number) => Readable }> {
    const file = this.#resolve(path);
    const found = await stat(file).catch(ignoreMissing(null));
    if (!found?.isFile()) throw new BenchmateError('NOT_FOUND', `There is no artifact '${path}'.`);
    return {
      sizeBytes: found.size,
      read: (start = 0, end = Infinity) => createReadStream(file, { start, end }),
    };
  }

  /** Replaces the file as a whole once all of it is on the disk: readers see the old content or the new. */
  async write(path: string, content: Readable): Promise<void> {
    const file = this.#resolve(path);
    const temporary = join(this.#root, uploads, randomUUID());
    try {
      await mkdir(dirname(temporary), { recursive: true, mode: 0o700 });
      await pipeline(content, createWriteStream(temporary, { mode: 0o600, flush: true }));
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await rename(temporary, file);
      await syncFolder(dirname(file));
    } catch (error) {
      await rm(temporary, { force: true });
      throw isInTheWay(error)
        ? new BenchmateError(
            'BAD_REQUEST',
            `The artifact '${path}' would replace a folder, or a file stands in its way.`,
          )
        : error;
    }
  }

  /** Deletes a file, or a folder with all that is in it; what is not there is no error. */
  async delete(path: string): Promise<void> {
    await rm(this.#resolve(path), { recursive: true, force: true });
  }

  #resolve(path: string): string {
    const parts = safePath(path);
    if (parts[0] === uploads) throw new BenchmateError('NOT_FOUND', `There is no artifact '${path}'.`);
    return join(this.#root, ...parts);
  }
}

/** The new name is on the disk, too. Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing<T>(instead: T): (error: unknown) => T {
  return error => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return instead;
    throw error;
  };
}

function isInTheWay(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EISDIR' || code === 'ENOTDIR' || code === 'EEXIST' || code === 'ENOTEMPTY' || code === 'EPERM';
}
