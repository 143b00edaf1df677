import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { blobPartBytes } from '@benchmate/shared/protocol/blobs-wire';
import type { BlobObjects, Upload } from './ports.ts';

/** Objects as files: `<folder>/ab/ab…`, unfinished ones with `.part`. */
export class FolderObjects implements BlobObjects {
  readonly #folder: string;

  /** Made when it is first needed. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async begin(name: string): Promise<string> {
    const file = this.#unfinished(name);
    await coded(async () => {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await (await open(file, 'w', 0o600)).close();
      await syncFolder(dirname(file));
      await syncFolder(this.#folder);
    });
    return '';
  }

  async part({ id }: Upload, number: number, bytes: Uint8Array): Promise<string> {
    await this.#with(this.#unfinished(id), 'r+', async handle => {
      const start = (number - 1) * blobPartBytes;
      for (let written = 0; written < bytes.length;)
        written += (await handle.write(bytes, written, bytes.length - written, start + written)).bytesWritten;
      await handle.datasync();
    });
    return '';
  }

  async keepTail(upload: Upload, bytes: Uint8Array): Promise<void> {
    await this.part(upload, upload.tags.length + 1, bytes);
  }

  tail({ id, tags, tailBytes }: Upload): Promise<Uint8Array> {
    return this.#with(this.#unfinished(id), 'r', async handle => {
      const bytes = Buffer.alloc(tailBytes);
      const { bytesRead } = await handle.read(bytes, 0, tailBytes, tags.length * blobPartBytes);
      return bytes.subarray(0, bytesRead);
    });
  }

  async finish({ id, sizeBytes }: Upload): Promise<void> {
    const file = this.#file(id);
    try {
      await this.#with(this.#unfinished(id), 'r+', async handle => {
        await handle.truncate(sizeBytes);
        await handle.sync();
      });
      await rename(this.#unfinished(id), file);
      await syncFolder(dirname(file));
    } catch (error) {
      if (!(await stat(file).catch(() => null))) throw error;
    }
  }

  async abandon({ id }: Upload): Promise<void> {
    await rm(this.#unfinished(id), { force: true });
    await this.remove(id);
  }

  async has(name: string, sizeBytes: number): Promise<boolean> {
    const found = await stat(this.#file(name)).catch(() => null);
    return found?.size === sizeBytes;
  }

  async read(name: string, start: number, end: number): Promise<Readable> {
    const handle = await coded(() => open(this.#file(name), 'r'));
    return handle.createReadStream({ start, end });
  }

  async remove(name: string): Promise<void> {
    await rm(this.#file(name), { force: true });
  }

  #file(name: string): string {
    if (!/^[0-9a-f]{32}$/.test(name)) throw new TypeError('not the name of an object');
    return join(this.#folder, name.slice(0, 2), name);
  }

  #unfinished(name: string): string {
    return `${this.#file(name)}.part`;
  }

  #with<T>(file: string, flags: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
    return coded(async () => {
      const handle = await open(file, flags);
      try {
        return await work(handle);
      } finally {
        await handle.close();
      }
    });
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // it has no such call and needs none
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function coded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new BenchmateError('NOT_FOUND', 'The content is not there any more.', '', { cause });
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new BenchmateError('DISK_FULL', 'The sync server has no space left.', 'Free some space.', { cause });
    if (code === 'EIO' || code === 'EROFS')
      throw new BenchmateError('DISK_FAILING', 'The disk of the sync server fails.', 'Look at its disk.', { cause });
    throw cause;
  }
}
