import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OpenArtifact } from '../features/artifacts/service.ts';

/**
 * A file or one range of it (RFC 9110). What comes out is always an attachment of an unknown type: a page that somebody
 * logged must not run as a page of this engine.
 */
export function sendArtifact(request: FastifyRequest, reply: FastifyReply, name: string, file: OpenArtifact) {
  const { sizeBytes, etag, modifiedAt, read } = file;
  reply.header('content-type', 'application/octet-stream');
  reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeName(name)}`);
  reply.header('x-content-type-options', 'nosniff');
  reply.header('content-security-policy', "default-src 'none'; sandbox");
  reply.header('accept-ranges', 'bytes');
  reply.header('etag', etag);
  reply.header('last-modified', modifiedAt.toUTCString());
  if (lists(request.headers['if-none-match'], etag)) return reply.code(304).send();
  const send = (start: number, end: number) => {
    reply.header('content-length', Math.max(0, end - start + 1));
    return reply.send(request.method === 'HEAD' || end < start ? undefined : read(start, end));
  };
  const range = mayRange(request, file) ? rangeOf(request.headers.range, sizeBytes) : null;
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${sizeBytes}`).send();
  if (!range) return send(0, sizeBytes - 1);
  reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${sizeBytes}`);
  return send(range.start, range.end);
}

const encodeName = (name: string) =>
  encodeURIComponent(name).replace(/['()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const lists = (header: string | undefined, etag: string) =>
  header !== undefined &&
  (header.trim() === '*' || header.split(',').some(tag => tag.trim().replace(/^W\//, '') === etag));

/** A part of what was replaced since must not be put together with a part of what was there before. */
function mayRange({ method, headers }: FastifyRequest, { etag, modifiedAt }: OpenArtifact): boolean {
  const condition = headers['if-range'];
  if (method !== 'GET') return false;
  return condition === undefined || condition === etag || condition === modifiedAt.toUTCString();
}

/** One range of bytes (14.1.2); several at once are answered with the whole. */
function rangeOf(
  header: string | undefined,
  sizeBytes: number,
): { start: number; end: number } | 'unsatisfiable' | null {
  const [, from = '', to = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '') ?? [];
  if (!from && !to) return null;
  if (from && to && Number(to) < Number(from)) return null;
  const start = from ? Number(from) : Math.max(0, sizeBytes - Number(to));
  const end = from && to ? Math.min(Number(to), sizeBytes - 1) : sizeBytes - 1;
  return start > end || start >= sizeBytes ? 'unsatisfiable' : { start, end };
}
