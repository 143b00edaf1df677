import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { blobPartBytes, type BlobUploadState } from '@benchmate/shared/protocol/blobs-wire';
import type { Quotas } from '../quotas.ts';
import { PartBuffer } from './part-buffer.ts';
import type { BlobIndex, BlobObjects, Upload } from './ports.ts';
import { verified, wrongContent } from './verified.ts';

export interface BlobsParts {
  index: BlobIndex;
  objects: BlobObjects;
  quotas: Pick<Quotas, 'blobBytes' | 'teamBlobBytes' | 'blobUploads'>;
  now: () => number;
}

/** Whose upload of what. */
export interface UploadKey {
  team: string;
  device: string;
  blob: string;
}

/** So that nobody takes all places. */
const uploadsPerDevice = 8;

interface Running {
  cut: AbortController;
  ended: Promise<unknown>;
}

/** Blobs of teams: uploads that go on where they were cut, and reads. Who may do what is decided before (rules in SPEC.md). */
export class Blobs {
  readonly #parts: BlobsParts;
  readonly #running = new Map<string, Running>();

  constructor(parts: BlobsParts) {
    this.#parts = parts;
  }

  /** Begins an upload, or tells how far the one of this device is. Throws TOO_LARGE, QUOTA_EXCEEDED. */
  async begin(key: UploadKey, sizeBytes: number): Promise<BlobUploadState> {
    const { index, objects, quotas, now } = this.#parts;
    await this.#cut(key);
    if (await this.#isThere(key)) return { offset: sizeBytes, complete: true };
    if (sizeBytes > quotas.blobBytes)
      throw new BenchmateError('TOO_LARGE', `A file may have ${quotas.blobBytes} bytes here.`);
    const before = await this.#upload(key);
    if (before?.sizeBytes === sizeBytes) return { offset: offsetOf(before), complete: false };
    if (before) await this.#end(before);
    if ((await index.usage(key.team)) + sizeBytes > quotas.teamBlobBytes) throw this.#overQuota();
    const id = randomBytes(16).toString('hex');
    const handle = await objects.begin(id);
    const upload: Upload = { id, ...key, sizeBytes, handle, tags: [], tailBytes: 0 };
    if (await index.begin(upload, quotas.teamBlobBytes, now())) return { offset: 0, complete: false };
    await objects.abandon(upload);
    const rival = await this.#upload(key);
    if (!rival) throw this.#overQuota();
    return { offset: offsetOf(rival), complete: false };
  }

  /** Takes bytes from `offset` on. What arrived is kept when `body` breaks off. `mayEnd` throws when the device lost its right meanwhile. */
  append(
    key: UploadKey,
    offset: number,
    body: AsyncIterable<Uint8Array>,
    mayEnd: () => Promise<unknown>,
  ): Promise<BlobUploadState> {
    const name = nameOf(key);
    const cut = new AbortController();
    const before = this.#cut(key);
    const work = before.then(async () => {
      const ofDevice = [...this.#running.keys()].filter(other => other.split(' ')[1] === key.device).length;
      if (this.#running.size > this.#parts.quotas.blobUploads || ofDevice > uploadsPerDevice)
        throw new BenchmateError('OFFLINE', 'Too many uploads are under way.', 'Try again soon.');
      return this.#append(key, offset, stoppable(body, cut.signal), mayEnd);
    });
    const running: Running = { cut, ended: work.catch(() => {}) };
    this.#running.set(name, running);
    return work.finally(() => {
      if (this.#running.get(name) === running) this.#running.delete(name);
    });
  }

  /** Throws NOT_FOUND when this team has no such blob. */
  async open(
    team: string,
    blob: string,
  ): Promise<{ sizeBytes: number; read: (start: number, end: number) => Promise<Readable> }> {
    const { index, objects } = this.#parts;
    const found = await index.find(team, blob);
    if (!found) throw new BenchmateError('NOT_FOUND', 'The team has no such content here.');
    return { sizeBytes: found.sizeBytes, read: (start, end) => objects.read(found.object, start, end) };
  }

  /** Breaks off what is being received; what arrived is kept. */
  async close(): Promise<void> {
    for (const { cut } of this.#running.values()) cut.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** An object that a disk or somebody lost is brought again by whoever still has the content. */
  async #isThere({ team, blob }: UploadKey): Promise<boolean> {
    const { index, objects } = this.#parts;
    const found = await index.find(team, blob);
    if (!found) return false;
    if (await objects.has(found.object, found.sizeBytes)) return index.claim(team, blob);
    await index.lose(found);
    return false;
  }

  async #append(
    key: UploadKey,
    offset: number,
    body: AsyncIterable<Uint8Array>,
    mayEnd: () => Promise<unknown>,
  ): Promise<BlobUploadState> {
    const { index, objects, now } = this.#parts;
    let upload = await this.#upload(key);
    if (!upload || offsetOf(upload) !== offset) throw elsewhere();
    const tail = await objects.tail(upload);
    if (tail.length !== upload.tailBytes) {
      await index.setTail(upload, 0, now());
      throw elsewhere();
    }
    const buffer = new PartBuffer();
    const takePart = async (bytes: Uint8Array) => {
      const tag = await objects.part(upload!, upload!.tags.length + 1, bytes);
      if (!(await index.addPart(upload!, tag, now()))) throw elsewhere();
      upload = { ...upload!, tags: [...upload!.tags, tag], tailBytes: 0 };
    };
    for (const part of buffer.add(tail)) await takePart(part);
    let received = offset;
    try {
      for await (const chunk of body) {
        received += chunk.length;
        if (received > upload.sizeBytes) throw new BenchmateError('BAD_REQUEST', 'More was sent than was announced.');
        for (const part of buffer.add(chunk)) await takePart(part);
      }
    } finally {
      if (received < upload.sizeBytes && buffer.sizeBytes > upload.tailBytes) {
        const bytes = buffer.take();
        await objects.keepTail(upload, bytes);
        await index.setTail(upload, bytes.length, now());
      }
    }
    if (received < upload.sizeBytes) return { offset: received, complete: false };
    if (buffer.sizeBytes > 0) await takePart(buffer.take());
    await mayEnd();
    await this.#finish(upload);
    return { offset: upload.sizeBytes, complete: true };
  }

  async #finish(upload: Upload): Promise<void> {
    const { index, objects } = this.#parts;
    try {
      await objects.finish(upload);
    } catch (error) {
      if (!(error instanceof BenchmateError) || error.code !== 'NOT_FOUND') throw error;
      await index.drop(upload.id);
      throw elsewhere();
    }
    if (!(await verified(upload, objects))) {
      await this.#end(upload);
      throw wrongContent();
    }
    await index.complete(upload);
    await removeDoomed(this.#parts);
  }

  async #end(upload: Upload): Promise<void> {
    await this.#parts.objects.abandon(upload);
    await this.#parts.index.drop(upload.id);
  }

  #upload({ team, device, blob }: UploadKey): Promise<Upload | null> {
    return this.#parts.index.upload(team, device, blob);
  }

  /** A device that comes back has lost its connection before, whether that was noticed here or not. */
  async #cut(key: UploadKey): Promise<void> {
    const running = this.#running.get(nameOf(key));
    running?.cut.abort();
    await running?.ended;
  }

  #overQuota(): BenchmateError {
    return new BenchmateError(
      'QUOTA_EXCEEDED',
      `The files of this team may have ${this.#parts.quotas.teamBlobBytes} bytes on this sync server.`,
      'Delete model versions that nobody needs, or ask who runs the server for more.',
    );
  }
}

/** Removes objects that nobody can reach; what fails is tried again the next time. */
export async function removeDoomed({ index, objects }: Pick<BlobsParts, 'index' | 'objects'>): Promise<void> {
  for (const object of await index.doomed()) {
    await objects.remove(object);
    await index.forget(object);
  }
}

const nameOf = ({ team, device, blob }: UploadKey) => `${team} ${device} ${blob}`;
const offsetOf = ({ tags, tailBytes, sizeBytes }: Upload) =>
  Math.min(tags.length * blobPartBytes + tailBytes, sizeBytes);

const elsewhere = () =>
  new BenchmateError('CONFLICT', 'The upload does not stand there.', 'Ask where it stands, and go on from there.');

async function* stoppable(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new BenchmateError('CANCELLED', 'The upload goes on in another connection.'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  stopped.catch(() => {});
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), stopped]);
      if (done) return;
      yield value;
    }
  } finally {
    void iterator.return?.();
  }
}
