import { Readable } from 'node:stream';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { blobUploadState, uploadOffsetHeader, type BlobUploadState } from '@benchmate/shared/protocol/blobs-wire';
import type { BlobRequests } from './blob-requests.ts';
import { patiently, type Watch } from './patience.ts';

export interface LocalBlob {
  blob: string;
  sizeBytes: number;
  /** The content from a byte on. */
  read: (start: number) => Readable;
}

export interface Transfer {
  requests: BlobRequests;
  signal: AbortSignal;
  /** How many bytes of the blob are there. */
  progress: (bytes: number) => void;
}

/** Brings a blob to the server, from where an earlier try ended. Gives the bytes that travelled. */
export async function uploadBlob(local: LocalBlob, transfer: Transfer): Promise<number> {
  let stored = 0;
  let sent = 0;
  await patiently(
    transfer.signal,
    () => stored,
    async watch => {
      const begun = await begin(local, transfer.requests, watch.signal);
      stored = begun.offset;
      transfer.progress(stored);
      if (begun.complete) return;
      const count = (bytes: number) => {
        sent += bytes;
        watch.moved();
      };
      const { complete } = await send(local, begun.offset, { ...transfer, watch, count });
      if (!complete) throw new BenchmateError('OFFLINE', 'The connection to the sync server was lost.', 'Begin again.');
      transfer.progress(local.sizeBytes);
    },
  );
  return sent;
}

async function begin(
  { blob, sizeBytes }: LocalBlob,
  requests: BlobRequests,
  signal: AbortSignal,
): Promise<BlobUploadState> {
  const response = await requests.send(blob, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sizeBytes }),
    signal,
  });
  return blobUploadState.parse(await response.json());
}

async function send(
  { blob, sizeBytes, read }: LocalBlob,
  offset: number,
  { requests, progress, watch, count }: Transfer & { watch: Watch; count: (bytes: number) => void },
): Promise<BlobUploadState> {
  async function* content() {
    let at = offset;
    for await (const chunk of read(offset) as AsyncIterable<Buffer>) {
      yield chunk;
      at += chunk.length;
      count(chunk.length);
      progress(at);
    }
    if (at !== sizeBytes)
      throw new BenchmateError('BAD_REQUEST', 'A file changed while it was read.', 'Begin again when it is complete.');
    watch.sentAll();
  }
  const source = Readable.from(content(), { objectMode: false });
  try {
    const response = await requests.send(blob, {
      method: 'PATCH',
      headers: { [uploadOffsetHeader]: String(offset), 'content-type': 'application/octet-stream' },
      ...(offset < sizeBytes ? { body: Readable.toWeb(source) as ReadableStream<Uint8Array>, duplex: 'half' } : {}),
      signal: watch.signal,
    });
    return blobUploadState.parse(await response.json());
  } finally {
    source.destroy(); // `fetch` would read the rest of it after a failure
  }
}
