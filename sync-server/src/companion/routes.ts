import type { IncomingMessage, ServerResponse } from 'node:http';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { StreamRoutes } from '../http/serve.ts';
import { readCompanion, type PageFile } from './files.ts';

/** Monaco sets inline styles and starts its workers from blobs; nothing else may come from anywhere but here. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * `GET /companion/…`: the companion as a page, the same for everybody and without any secret. What it shows it fetches as a device of the
 * team, with the key of the browser. An address without a dot at its end is a page of the single-page app.
 */
export function companionRoutes(folder: string): StreamRoutes {
  const files = readCompanion(folder);
  return {
    owns: ({ url = '' }) => isCompanion(url),
    answer: async (request, response) => answer(files, request, response),
  };
}

const isCompanion = (url: string): boolean => /^\/companion(?:[/?]|$)/.test(url);

function answer(files: ReadonlyMap<string, PageFile> | null, request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new BenchmateError('NOT_FOUND', 'There is nothing at this address.');
  if (!files)
    throw new BenchmateError(
      'NOT_FOUND',
      'This sync server was built without the companion.',
      'Run `npm run build` first, or install Benchmate and join with the invite.',
    );
  const [path = ''] = (request.url ?? '').split('?', 1);
  if (path === '/companion') {
    response.writeHead(302, { location: '/companion/', ...pageHeaders }).end();
    return;
  }
  const name = path.slice('/companion/'.length);
  const file = files.get(/\.[^/]*$/.test(name) ? name : 'index.html');
  if (!file) throw new BenchmateError('NOT_FOUND', 'There is nothing at this address.');
  const { bytes, type, etag, isImmutable } = file;
  const headers = {
    ...pageHeaders,
    etag,
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'content-type': type, 'content-length': bytes.length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
