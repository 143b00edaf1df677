import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { tokenSubprotocolPrefix } from '@benchmate/shared/protocol/document-wire';

/** Who sent a request. A job may only use routes that say so: it runs somebody's training code. */
export type Identity = { kind: 'owner'; via: 'token' | 'cookie' } | { kind: 'job'; jobId: string };

/** Knows one kind of token; null for any other. Compares in constant time, or by looking up a hash. */
export type TokenVerifier = (token: string) => Identity | null;

/**
 * The security rule of a route; there is no default.
 * - `public`: no secret needed, no secret answered, nothing changed.
 * - `token`: the owner's token, or the companion's cookie from its own page.
 * - `token-or-job`: also the token of a job (tracking routes).
 * - `one-time-code`: the route itself takes and checks a code.
 */
export type Rule = 'public' | 'token' | 'token-or-job' | 'one-time-code';

/** Who the request is from, by its token or cookie; null without a valid one. */
export function identify(
  request: IncomingMessage,
  verifiers: readonly TokenVerifier[],
  verifyCookie: (value: string) => boolean,
  cookieName: string,
): Identity | null {
  const token = tokenOf(request);
  if (token !== null) {
    for (const verify of verifiers) {
      const identity = verify(token);
      if (identity) return identity;
    }
    return null;
  }
  const cookie = cookieOf(request, cookieName);
  if (cookie === null || !fromOwnPage(request) || !verifyCookie(cookie)) return null;
  return { kind: 'owner', via: 'cookie' };
}

/** Throws UNAUTHENTICATED or FORBIDDEN when the rule does not let this identity pass. */
export function enforce(rule: Rule, identity: Identity | null): void {
  if (rule === 'public' || rule === 'one-time-code') return;
  if (!identity)
    throw new BenchmateError(
      'UNAUTHENTICATED',
      'The engine needs its token with every request.',
      'Read it from the endpoint file, or run `benchmate env`.',
    );
  if (identity.kind === 'job' && rule !== 'token-or-job')
    throw new BenchmateError('FORBIDDEN', 'A job’s token only opens the tracking routes.', 'Use the engine’s token.');
}

/**
 * Throws unless a body that changes something is JSON: a foreign page can send text and forms without asking first.
 * `raw` routes take any type, but then never on a cookie alone.
 */
export function refuseForgeable(request: IncomingMessage, identity: Identity | null, body: 'json' | 'raw'): void {
  const { method = 'GET', headers } = request;
  if (method === 'GET' || method === 'HEAD') return;
  const type = headers['content-type'] ?? '';
  if (body === 'json' && (type === 'application/json' || /^application\/json\s*(;|$)/i.test(type))) return;
  const byCookie = identity?.kind === 'owner' && identity.via === 'cookie';
  const empty = !headers['transfer-encoding'] && Number(headers['content-length'] ?? 0) === 0;
  if (identity && !byCookie && (body === 'raw' || (empty && !headers['content-type']))) return;
  throw new BenchmateError('BAD_REQUEST', 'The engine takes JSON here.', 'Send `Content-Type: application/json`.');
}

/** The owner's token, compared in constant time. */
export function ownerToken(token: string): TokenVerifier {
  const expected = Buffer.from(token);
  const owner: Identity = { kind: 'owner', via: 'token' };
  return candidate => (sameBytes(Buffer.from(candidate), expected) ? owner : null);
}

/** Whether two secrets are equal, in a time that tells nothing about where or how much they differ. */
export function sameSecret(a: string, b: string): boolean {
  return sameBytes(Buffer.from(a), Buffer.from(b));
}

/** How long a secret is, is none: all tokens of a kind have the same length. */
const sameBytes = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b);

/** `Authorization: Bearer`, Basic with the token as password, or on a WebSocket the subprotocol. */
function tokenOf(request: IncomingMessage): string | null {
  const { authorization = '' } = request.headers;
  if (authorization.startsWith('Bearer ')) return authorization.slice('Bearer '.length); // without a pattern: each call comes here
  const [scheme = '', value = ''] = authorization.split(' ');
  if (/^bearer$/i.test(scheme)) return value;
  if (/^basic$/i.test(scheme)) {
    const pair = Buffer.from(value, 'base64').toString('utf8');
    return pair.slice(pair.indexOf(':') + 1);
  }
  if (scheme) return '';
  if (request.headers.upgrade === undefined) return null;
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim());
  return offered.find(name => name.startsWith(tokenSubprotocolPrefix))?.slice(tokenSubprotocolPrefix.length) ?? null;
}

function cookieOf(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return null;
}

/** Cookies go along to every port of this machine's name, so they count only from the engine's own pages. */
function fromOwnPage(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return request.headers['sec-fetch-site'] === 'same-origin' || (origin !== undefined && origin === `http://${host}`);
}
