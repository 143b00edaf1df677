import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { BlobRequests } from './blob-requests.ts';
import { patiently, type Watch } from './patience.ts';
import type { Transfer } from './upload-blob.ts';

export interface WantedBlob {
  blob: string;
  sizeBytes: number;
  /** Where it goes; what an earlier try left there is gone on with. */
  file: string;
}

/** Brings a blob here and verifies it. Throws DATA_DAMAGED, and keeps nothing, when its hash is another. Gives the bytes that travelled. */
export async function downloadBlob(wanted: WantedBlob, transfer: Transfer): Promise<number> {
  let at = 0;
  let received = 0;
  await patiently(
    transfer.signal,
    () => at,
    watch =>
      receive(wanted, transfer.requests, watch, (position, bytes) => {
        at = position;
        received += bytes;
        watch.moved();
        transfer.progress(position);
      }),
  );
  if ((await hashOf(createReadStream(wanted.file))) === wanted.blob) return received;
  await rm(wanted.file, { force: true });
  throw damaged();
}

/** A small blob, verified. */
export async function readBlob(blob: string, maxBytes: number, { requests, signal }: Transfer): Promise<Buffer> {
  const content = await patiently(
    signal,
    () => 0,
    async watch => {
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of bodyOf(await requests.send(blob, { signal: watch.signal }))) {
        size += chunk.length;
        if (size > maxBytes) throw damaged();
        chunks.push(chunk);
      }
      return Buffer.concat(chunks, size);
    },
  );
  if (createHash('sha256').update(content).digest('hex') !== blob) throw damaged();
  return content;
}

/** SHA-256, hexadecimal. */
export async function hashOf(content: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

async function receive(
  { blob, sizeBytes, file }: WantedBlob,
  requests: BlobRequests,
  watch: Watch,
  moved: (position: number, bytes: number) => void,
): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    let { size: at } = await handle.stat();
    if (at > sizeBytes) {
      await handle.truncate(0);
      at = 0;
    }
    moved(at, 0);
    if (at < sizeBytes) {
      const headers = at > 0 ? { range: `bytes=${at}-` } : {};
      const response = await requests.send(blob, { headers, signal: watch.signal });
      if (at > 0 && !response.headers.get('content-range')?.startsWith(`bytes ${at}-`)) {
        await handle.truncate(0);
        at = 0;
      }
      for await (const chunk of bodyOf(response)) {
        if (at + chunk.length > sizeBytes) throw damaged();
        await handle.appendFile(chunk);
        at += chunk.length;
        moved(at, chunk.length);
      }
    }
    if (at < sizeBytes)
      throw new BenchmateError('OFFLINE', 'The connection to the sync server was lost.', 'Begin again.');
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const bodyOf = (response: Response) => (response.body ?? []) as AsyncIterable<Uint8Array>;

const damaged = () =>
  new BenchmateError(
    'DATA_DAMAGED',
    'What the sync server sent is not what was shared.',
    'Nothing of it was kept; ask who registered the version to share its files again.',
  );
