import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Clock, Random } from '../../host/clock.ts';
import type { ArtifactsService } from './service.ts';
import { writeTemporary } from './write-whole.ts';

export interface PartRef {
  uploadId: string;
  /** From 1. */
  number: number;
}

interface Upload {
  path: string;
  parts: number;
  folder: string;
  received: Map<number, { file: string; sizeBytes: number; etag: string }>;
  /** Takes the end of an idle upload back. */
  stay: () => void;
}

const maxParts = 10_000;
const maxUploads = 1000;
const idleMs = 24 * 3_600_000;

/**
 * Files that arrive in numbered parts, in any order. They appear when all parts are there and their sender says so, as a
 * whole. Uploads do not outlive the engine: their sender begins again.
 */
export class MultipartUploads {
  readonly #artifacts: ArtifactsService;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #uploads = new Map<string, Upload>();

  constructor(parts: { artifacts: ArtifactsService; clock: Clock; random: Random }) {
    this.#artifacts = parts.artifacts;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  /** Throws BAD_REQUEST for a path that leaves the folder, or a number of parts that is none. */
  async create(path: string, parts: number): Promise<string> {
    this.#artifacts.check(path);
    if (parts < 1 || parts > maxParts)
      throw new BenchmateError('BAD_REQUEST', `Invalid value ${parts} for parameter 'num_parts': 1 to ${maxParts}.`);
    if (this.#uploads.size >= maxUploads)
      throw new BenchmateError('CONFLICT', `${maxUploads} uploads are under way.`, 'Complete or abort one of them.');
    const uploadId = Buffer.from(this.#random(16)).toString('hex');
    const folder = join(await this.#artifacts.uploads(), uploadId);
    const upload: Upload = { path, parts, folder, received: new Map(), stay: () => {} };
    this.#uploads.set(uploadId, upload);
    this.#endWhenIdle(uploadId, upload);
    return uploadId;
  }

  /** A part that comes again replaces the one before. Returns its tag, which `complete` is given back. */
  async writePart({ uploadId, number }: PartRef, content: Readable, announcedBytes?: number): Promise<string> {
    const upload = this.#find(uploadId);
    if (!(number >= 1 && number <= upload.parts))
      throw new BenchmateError('BAD_REQUEST', `The upload has no part ${number}.`);
    const others = [...upload.received].reduce((sum, [each, part]) => sum + (each === number ? 0 : part.sizeBytes), 0);
    const limit = { limitBytes: this.#artifacts.limitBytes - others, announcedBytes };
    const file = await writeTemporary(upload.folder, content, limit);
    const { size: sizeBytes } = await stat(file);
    if (this.#uploads.get(uploadId) !== upload) {
      await rm(upload.folder, { recursive: true, force: true });
      throw unknown();
    }
    const before = upload.received.get(number);
    const etag = `"${Buffer.from(this.#random(12)).toString('hex')}"`;
    upload.received.set(number, { file, sizeBytes, etag });
    this.#endWhenIdle(uploadId, upload);
    if (before) await rm(before.file, { force: true });
    return etag;
  }

  /** Puts the parts together. Each must be named with the tag that its upload was answered with. */
  async complete(uploadId: string, path: string, parts: readonly { number: number; etag: string }[]): Promise<void> {
    const upload = this.#find(uploadId, path);
    const named = new Map(parts.map(({ number, etag }) => [number, etag]));
    const files = Array.from({ length: upload.parts }, (_, index) => {
      const part = upload.received.get(index + 1);
      if (!part || named.get(index + 1) !== part.etag)
        throw new BenchmateError('BAD_REQUEST', `Part ${index + 1} of the upload is missing, or was replaced since.`);
      return part.file;
    });
    const whole = Readable.from(joined(files), { objectMode: false });
    const temporary = await writeTemporary(upload.folder, whole, { limitBytes: this.#artifacts.limitBytes });
    await this.#artifacts.place(temporary, upload.path);
    await this.#drop(uploadId, upload);
  }

  /** Aborting what is not there any more is no error: the sender may not have heard of its end. */
  async abort(uploadId: string, path: string): Promise<void> {
    const upload = this.#uploads.get(uploadId);
    if (upload?.path === path) await this.#drop(uploadId, upload);
  }

  #find(uploadId: string, path?: string): Upload {
    const upload = this.#uploads.get(uploadId);
    if (!upload || (path !== undefined && path !== upload.path)) throw unknown();
    return upload;
  }

  #endWhenIdle(uploadId: string, upload: Upload): void {
    upload.stay();
    upload.stay = this.#clock.after(idleMs, () => void this.#drop(uploadId, upload).catch(() => {}));
  }

  async #drop(uploadId: string, { folder, stay }: Upload): Promise<void> {
    stay();
    this.#uploads.delete(uploadId);
    await rm(folder, { recursive: true, force: true });
  }
}

async function* joined(files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files) for await (const chunk of createReadStream(file)) yield chunk as Buffer;
}

const unknown = () =>
  new BenchmateError('NOT_FOUND', 'There is no such upload, or not to this path.', 'Begin the upload again.');
