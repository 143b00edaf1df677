import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { enforce, identify, ownerToken, refuseForgeable, type Identity, type TokenVerifier } from './security.ts';

const request = (method: string, headers: Record<string, string>) =>
  ({ method, headers }) as unknown as IncomingMessage;
const job: TokenVerifier = token => (token === 'job.1.secret' ? { kind: 'job', jobId: '1' } : null);
const who = (headers: Record<string, string>) =>
  identify(request('GET', headers), [ownerToken('owner-token'), job], value => value === 'good', 'benchmate-1');

test('E14 a token comes as Bearer, as the password of Basic, or as a socket’s subprotocol', () => {
  const owner = { kind: 'owner', via: 'token' };
  expect(who({ authorization: 'Bearer owner-token' })).toEqual(owner);
  expect(who({ authorization: 'bearer owner-token' })).toEqual(owner);
  expect(who({ authorization: `Basic ${btoa('anybody:owner-token')}` })).toEqual(owner);
  const protocols = { 'sec-websocket-protocol': 'benchmate.acks, benchmate.token.owner-token' };
  expect(who({ upgrade: 'websocket', ...protocols })).toEqual(owner);
  expect(who(protocols)).toBeNull(); // no socket
  expect(who({ authorization: 'Bearer owner-tokem' })).toBeNull();
  expect(who({ authorization: 'Bearer ' })).toBeNull();
  expect(who({ authorization: 'Digest owner-token' })).toBeNull();
});

test('E14 a wrong token is not rescued by a good cookie', () => {
  const own = { cookie: 'benchmate-1=good', 'sec-fetch-site': 'same-origin' };
  expect(who(own)).toEqual({ kind: 'owner', via: 'cookie' });
  expect(who({ ...own, authorization: 'Bearer wrong' })).toBeNull();
  expect(who({ ...own, cookie: 'benchmate-2=good' })).toBeNull();
});

test('E16 a job’s token opens the tracking routes and nothing else', () => {
  const identity = who({ authorization: 'Bearer job.1.secret' });
  expect(identity).toEqual({ kind: 'job', jobId: '1' });
  expect(() => enforce('token-or-job', identity)).not.toThrow();
  expect(() => enforce('token', identity)).toThrow('only opens the tracking routes');
  expect(() => enforce('token-or-job', null)).toThrow('needs its token');
});

test.each<[string, Record<string, string>, Identity | null, 'json' | 'raw', boolean]>([
  [
    'JSON with a token',
    { 'content-type': 'application/json; charset=utf-8' },
    { kind: 'owner', via: 'token' },
    'json',
    true,
  ],
  ['JSON with a cookie', { 'content-type': 'application/json' }, { kind: 'owner', via: 'cookie' }, 'json', true],
  ['text with a token', { 'content-type': 'text/plain' }, { kind: 'owner', via: 'token' }, 'json', false],
  [
    'what only begins like JSON',
    { 'content-type': 'application/jsonp' },
    { kind: 'owner', via: 'token' },
    'json',
    false,
  ],
  ['nothing at all with a token', {}, { kind: 'owner', via: 'token' }, 'json', true],
  ['nothing at all with a cookie', {}, { kind: 'owner', via: 'cookie' }, 'json', false],
  [
    'an upload with a job’s token',
    { 'content-type': 'text/csv', 'content-length': '5' },
    { kind: 'job', jobId: '1' },
    'raw',
    true,
  ],
  [
    'an upload with a cookie',
    { 'content-type': 'application/json', 'content-length': '5' },
    { kind: 'owner', via: 'cookie' },
    'raw',
    false,
  ],
])('E15 %s', (_what, headers, identity, body, passes) => {
  const check = () => refuseForgeable(request('POST', headers), identity, body);
  expect(passes ? check() : reasonOf(check)).toEqual(passes ? undefined : 'BAD_REQUEST');
});

function reasonOf(check: () => void): unknown {
  try {
    check();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return 'passed';
}
