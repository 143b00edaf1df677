import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { lacksRight, type Held } from '@benchmate/shared/facts/rights';
import { blobUploadRequest, uploadOffsetHeader } from '@benchmate/shared/protocol/blobs-wire';
import type { Tickets } from '../access/tickets.ts';
import { readJson } from '../http/read-json.ts';
import type { StreamRoutes } from '../http/serve.ts';
import type { Blobs } from './blobs.ts';

export interface BlobRoutesParts {
  /** Null where this server keeps no blobs. */
  blobs: Blobs | null;
  tickets: Tickets;
  heldBy: (team: string, device: string) => Promise<Held | null>;
}

const blobsPath = /^\/~blobs\/([A-Za-z0-9_-]{43})\/([0-9a-f]{64})$/;
const idleMs = 60_000;

/** `/~blobs/…` (shared/src/protocol/blobs-wire.ts). What goes wrong is thrown before the first byte of an answer. */
export class BlobRoutes implements StreamRoutes {
  readonly #parts: BlobRoutesParts;

  constructor(parts: BlobRoutesParts) {
    this.#parts = parts;
  }

  owns({ url = '' }: IncomingMessage): boolean {
    return url.startsWith('/~blobs/');
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, team, blob] = blobsPath.exec(request.url ?? '') ?? [];
    const { method = '' } = request;
    if (!team || !blob || !['GET', 'POST', 'PATCH'].includes(method))
      throw new BenchmateError('NOT_FOUND', 'There is nothing at this address.');
    const device = this.#deviceOf(request);
    const admit = () => this.#admit(team, device, method);
    await admit();
    const { blobs } = this.#parts;
    if (!blobs)
      throw new BenchmateError(
        'NOT_SUPPORTED',
        'This sync server keeps no files.',
        'Who runs it can give it a data directory or an object store.',
      );
    request.setTimeout(idleMs, () => request.destroy());
    request.once('end', () => method !== 'GET' && request.setTimeout(0)); // checking a large file takes its time
    const key = { team, device, blob };
    if (method === 'GET') return this.#send(blobs, { team, blob }, request, response);
    const state =
      method === 'POST'
        ? await blobs.begin(key, blobUploadRequest.parse(await readJson(request)).sizeBytes)
        : await blobs.append(key, offsetOf(request), request.iterator({ destroyOnReturn: false }), admit);
    response.writeHead(200, { ...headers, 'content-type': 'application/json' });
    response.end(JSON.stringify(state));
  }

  #deviceOf({ headers: { authorization = '' } }: IncomingMessage): string {
    const holder = this.#parts.tickets.holder(/^Bearer (.+)$/.exec(authorization)?.[1] ?? '');
    if (!holder) throw new BenchmateError('UNAUTHENTICATED', 'A ticket is needed; get one at /~access.');
    return holder.device;
  }

  /** Before anything about the blob is looked up: who is no member learns nothing of it. */
  async #admit(team: string, device: string, method: string): Promise<void> {
    const held = await this.#parts.heldBy(team, device);
    if (!held) throw new BenchmateError('FORBIDDEN', 'You are not a member of this team.');
    const lacking = lacksRight(method === 'GET' ? 'files.read' : 'files.write', held);
    if (lacking) throw new BenchmateError(lacking.code, lacking.message, lacking.nextStep);
  }

  async #send(
    blobs: Blobs,
    { team, blob }: { team: string; blob: string },
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { sizeBytes, read } = await blobs.open(team, blob);
    const range = rangeOf(request, sizeBytes);
    if (range && range.start > range.end) {
      response.writeHead(416, { ...headers, 'content-range': `bytes */${sizeBytes}` });
      response.end();
      return;
    }
    const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
    const content = end >= start ? await read(start, end) : null;
    response.writeHead(range ? 206 : 200, {
      ...headers,
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'content-length': end - start + 1,
      'accept-ranges': 'bytes',
      etag: `"${blob}"`,
      ...(range ? { 'content-range': `bytes ${start}-${end}/${sizeBytes}` } : {}),
    });
    // Who stops reading ends the connection: nothing can be said any more.
    if (content) await pipeline(content, response).catch(() => response.destroy());
    else response.end();
  }
}

const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

function offsetOf({ headers: { [uploadOffsetHeader]: text } }: IncomingMessage): number {
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text);
  throw new BenchmateError('BAD_REQUEST', 'Upload-Offset is not a number of bytes.');
}

/** One range from a first byte on; null for no range, or one of another form, which may be ignored. */
function rangeOf(
  { headers: { range = '' } }: IncomingMessage,
  sizeBytes: number,
): { start: number; end: number } | null {
  const [, start, end] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(range) ?? [];
  if (start === undefined) return null;
  return { start: Number(start), end: Math.min(end ? Number(end) : sizeBytes, sizeBytes - 1) };
}
