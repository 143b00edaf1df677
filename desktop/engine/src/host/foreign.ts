import type { IncomingMessage } from 'node:http';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** Throws unless the request is addressed to this engine and does not come from a foreign page. No secret is looked at. */
export function refuseForeign(request: IncomingMessage, port: number): void {
  const { host = '', origin } = request.headers;
  if (countHosts(request.rawHeaders) !== 1 || !ownHosts(port).includes(host) || !request.url?.startsWith('/'))
    throw new BenchmateError(
      'FORBIDDEN',
      'The request is not addressed to this engine.',
      'Use the engine’s own address.',
    );
  const fetchSite = request.headers['sec-fetch-site'];
  if ((origin !== undefined && origin !== `http://${host}`) || fetchSite === 'cross-site')
    throw new BenchmateError(
      'FORBIDDEN',
      'Another web page may not talk to the engine.',
      'Open the companion instead.',
    );
}

/** Node keeps the first of several, and somebody else might keep the last. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}

export function ownHosts(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
}
