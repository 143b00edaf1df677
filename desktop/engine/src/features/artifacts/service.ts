import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { safePath } from './path.ts';
import { moveInPlace, writeTemporary } from './write-whole.ts';

export interface ArtifactFile {
  name: string;
  isDir: boolean;
  /** Null for a folder. */
  sizeBytes: number | null;
}

export interface OpenArtifact {
  sizeBytes: number;
  /** Differs whenever the content was replaced: files are replaced as a whole and never written into. */
  etag: string;
  modifiedAt: Date;
  /** From `start` up to and including `end`. */
  read: (start?: number, end?: number) => Readable;
}

const uploads = '.uploads';
/** Files that came from the team's server, and were verified: they are read like all, and nobody writes here. */
export const pulledFolder = '.registry';
/** More than any disk of today: the disk is what ends an upload, unless an operator says otherwise. */
const defaultLimitBytes = 2 ** 44;

/** Files below one folder, named by relative paths with forward slashes. Every method throws BAD_REQUEST for a path that leaves it. */
export class ArtifactsService {
  readonly limitBytes: number;
  readonly #root: string;
  #cleaned: Promise<void> | null = null;

  /** `root`: an absolute folder; made when first needed. */
  constructor(root: string, limitBytes = defaultLimitBytes) {
    this.#root = root;
    this.limitBytes = limitBytes;
  }

  /** A folder's content by name; empty for a file and for what does not exist. `''` is the root. */
  async list(path: string): Promise<ArtifactFile[]> {
    const folder = path === '' ? this.#root : this.#resolve(path);
    const entries = await readdir(folder, { withFileTypes: true }).catch(ignoreMissing<[]>([]));
    const files = await Promise.all(
      entries
        .filter(({ name }) => name !== uploads && (path !== '' || name !== pulledFolder))
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

  /** Throws NOT_FOUND. */
  async open(path: string): Promise<OpenArtifact> {
    const file = this.#resolve(path);
    const found = await stat(file, { bigint: true }).catch(ignoreMissing(null));
    if (!found?.isFile()) throw new BenchmateError('NOT_FOUND', `There is no artifact '${path}'.`);
    return {
      sizeBytes: Number(found.size),
      etag: `"${found.ino.toString(36)}-${found.mtimeNs.toString(36)}-${found.size.toString(36)}"`,
      modifiedAt: new Date(Number(found.mtimeMs)),
      read: (start = 0, end = Infinity) => createReadStream(file, { start, end }),
    };
  }

  /** Replaces the file as a whole once all of it is on the disk: readers see the old content or the new. */
  async write(path: string, content: Readable, announcedBytes?: number): Promise<void> {
    this.check(path);
    const temporary = await writeTemporary(await this.uploads(), content, {
      limitBytes: this.limitBytes,
      announcedBytes,
    });
    await this.place(temporary, path);
  }

  /** Throws BAD_REQUEST, NOT_FOUND or FORBIDDEN for a path that no artifact may be written to. */
  check(path: string): void {
    this.#resolveToChange(path);
  }

  /** Moves a finished file of the uploads to its place. The file is gone from there afterwards, however that ends. */
  async place(temporary: string, path: string): Promise<void> {
    try {
      await moveInPlace(temporary, this.#resolveToChange(path));
    } catch (error) {
      await rm(temporary, { force: true });
      throw isInTheWay(error)
        ? new BenchmateError(
            'BAD_REQUEST',
            `The artifact '${path}' would replace a folder, a file stands in its way, or its name is too long.`,
          )
        : error;
    }
  }

  /** Deletes a file, or a folder with all that is in it; what is not there is no error. */
  async delete(path: string): Promise<void> {
    // Again where somebody writes into it meanwhile.
    const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 5 };
    await rm(this.#resolveToChange(path), options).catch(ignoreMissing(undefined));
  }

  /** The folder of unfinished uploads, empty when the engine starts: what an engine that was killed left there is nobody's. */
  async uploads(): Promise<string> {
    const folder = join(this.#root, uploads);
    this.#cleaned ??= rm(folder, { recursive: true, force: true });
    await this.#cleaned;
    return folder;
  }

  #resolve(path: string): string {
    const parts = safePath(path);
    if (folded(parts[0] ?? '') === uploads) throw new BenchmateError('NOT_FOUND', `There is no artifact '${path}'.`);
    return join(this.#root, ...parts);
  }

  #resolveToChange(path: string): string {
    const file = this.#resolve(path);
    if (folded(safePath(path)[0] ?? '') === pulledFolder)
      throw new BenchmateError('FORBIDDEN', 'The files of a shared version never change.', 'Register another version.');
    return file;
  }
}

/** However a file system folds names: by case, by compatible forms, by characters that it ignores. */
const folded = (name: string) =>
  name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();

function ignoreMissing<T>(instead: T): (error: unknown) => T {
  return error => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return instead;
    throw error;
  };
}

function isInTheWay(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY', 'EPERM', 'ENAMETOOLONG', 'EINVAL', 'ENOENT'].includes(code);
}
