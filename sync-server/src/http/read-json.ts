import type { IncomingMessage } from 'node:http';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

const maxBodyBytes = 16_384;
/** A client that sends a small body so slowly only holds a connection. */
const limitMs = 10_000;

/** The body of a request. Throws BAD_REQUEST or TOO_LARGE. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new BenchmateError('BAD_REQUEST', 'The server takes JSON.', 'Send `Content-Type: application/json`.');
  const tooLarge = () => new BenchmateError('TOO_LARGE', `A body may have ${maxBodyBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  const late = setTimeout(() => request.destroy(), limitMs);
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  clearTimeout(late);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new BenchmateError('BAD_REQUEST', 'The body is not JSON.');
  }
}
