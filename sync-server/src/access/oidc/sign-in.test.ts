import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import type { SyncServer } from '../../server.ts';
import { identityProvider, SimulatedBrowser } from '../../simulated-browser.ts';
import { session, temporaryServer } from '../../simulated-client.ts';
import { readOidc } from './oidc-options.ts';

const day = 86_400_000;
const logged: unknown[] = [];
let now = Date.now();
let server: SyncServer | undefined;
let publicUrl = '';
let answer: (asked: IncomingMessage, response: ServerResponse) => unknown = () => {};
let identity: Server;
let issuer = '';

beforeAll(async () => {
  identity = createServer((asked, response) => void answer(asked, response)).listen(0, '127.0.0.1');
  await once(identity, 'listening');
  issuer = `http://127.0.0.1:${(identity.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => {
  identity.close();
  identity.closeAllConnections();
});

/** The provider has to know the address beforehand: on a port that was free a moment ago, or on another one. */
async function startServer(triesLeft = 5): Promise<void> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  publicUrl = `http://127.0.0.1:${port}`;
  const oidc = { issuer, clientId: 'benchmate', publicUrl, domains: ['example.org'], groups: [], validMs: 30 * day };
  try {
    server = await temporaryServer({ port, oidc, now: () => now, log: (...line) => void logged.push(line) });
  } catch (error) {
    if (triesLeft === 0) throw error;
    await startServer(triesLeft - 1);
  }
}

const goOf = (message: string) => /http\S+\/~sign-in\?t=\S+/.exec(message)![0].replace('/~sign-in?', '/~sign-in/go?');
const refusalOf = async (device: SimulatedDevice) => {
  const { status, body } = await session(publicUrl, device);
  return { status, message: (body as { message?: string }).message ?? '' };
};

describe('sign-in with an identity provider', () => {
  const ana = SimulatedDevice.founder('Ana', 1);
  const realProvider = () => (answer = identityProvider(issuer, publicUrl));

  it('SY23 lets a device in for whom somebody of the team signed in, for thirty days, also while the provider is away', async () => {
    await startServer();
    realProvider();
    const { status, message } = await refusalOf(ana);
    expect(status).toBe(401);
    expect(message).toMatch(/^Your team signs in here\. Open http/);
    const asked = /http\S+/.exec(message)![0];
    const browser = new SimulatedBrowser();
    expect(await browser.signIn(asked, 'ana@example.org')).toMatchObject({
      status: 200,
      text: expect.stringContaining('You are signed in'),
    });
    expect((await session(publicUrl, ana)).status).toBe(200);

    // What the browser was sent back with works once, and in that browser alone.
    const done = browser.seen.findLast(url => url.includes('/~sign-in/done'))!;
    for (const other of [browser, new SimulatedBrowser()])
      expect(await other.open(done)).toMatchObject({ status: 403 });

    answer = (_request, response) => response.writeHead(503).end();
    now += 29 * day;
    expect((await session(publicUrl, ana)).status).toBe(200);
    now += 2 * day;
    expect((await refusalOf(ana)).status).toBe(401);
  });

  it.each(['eve@evil.org', 'unverified@example.org', 'eve@sub.example.org', 'example.org@evil.org'])(
    'refuses %s, whom the provider knows and the team does not',
    async email => {
      await startServer();
      realProvider();
      const { message } = await refusalOf(ana);
      expect(await new SimulatedBrowser().signIn(/http\S+/.exec(message)![0], email)).toMatchObject({
        status: 403,
        text: expect.stringContaining('This account may not use the sync server.'),
      });
      expect((await refusalOf(ana)).status).toBe(401);
    },
  );

  it('SY24 ends a sign-in when it is told to, and what was given for it', async () => {
    await startServer();
    realProvider();
    await new SimulatedBrowser().signIn(/http\S+/.exec((await refusalOf(ana)).message)![0], 'ana@example.org');
    const { ticket } = (await session(publicUrl, ana)).body as { ticket: string };
    const headers = { 'content-type': 'application/json' };
    const out = async (body: object) =>
      (await fetch(`${publicUrl}/~sign-in/out`, { method: 'POST', headers, body: JSON.stringify(body) })).status;
    expect([await out({}), await out({ ticket: `${ticket}x` })]).toEqual([400, 401]);
    expect((await session(publicUrl, ana)).status).toBe(200);
    expect([await out({ ticket }), await out({ ticket })]).toEqual([200, 401]);
    expect((await refusalOf(ana)).status).toBe(401);
  });

  it('is not begun by an old or changed address', async () => {
    await startServer();
    realProvider();
    const go = goOf((await refusalOf(ana)).message);
    expect((await new SimulatedBrowser().open(`${go}x`)).status).toBe(403);
    expect((await new SimulatedBrowser().open(go)).url).toContain('/interaction/');
    now += 11 * 60_000;
    expect((await new SimulatedBrowser().open(go)).status).toBe(403);
  });

  it('says so where the provider does not answer, and serves everything else', async () => {
    await startServer();
    answer = (_request, response) => response.writeHead(503).end();
    const page = await new SimulatedBrowser().open(goOf((await refusalOf(ana)).message));
    expect(page).toMatchObject({ status: 503, text: expect.stringContaining('does not answer') });
    expect((await fetch(`${publicUrl}/health`)).status).toBe(200);
  });
});

describe('a provider that somebody changed', () => {
  const device = SimulatedDevice.founder('Bo', 2);
  const seconds = () => Math.floor(Date.now() / 1000);

  /** Answers each code with an ID token of this making. */
  async function changedProvider(claims: JWTPayload, foreignKey = false): Promise<void> {
    const own = await generateKeyPair('RS256', { extractable: true });
    const other = await generateKeyPair('RS256');
    let nonce = '';
    answer = async (request, response) => {
      const url = new URL(request.url!, issuer);
      const json = (value: unknown) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(value));
      };
      if (url.pathname === '/.well-known/openid-configuration')
        return json({
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        });
      if (url.pathname === '/jwks')
        return json({ keys: [{ ...(await exportJWK(own.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] });
      if (url.pathname === '/auth') {
        nonce = url.searchParams.get('nonce')!;
        const back = `${url.searchParams.get('redirect_uri')}?code=c&state=${url.searchParams.get('state')}`;
        return void response.writeHead(302, { location: back }).end();
      }
      const said = { sub: 'bo', email: 'bo@example.org', email_verified: true, nonce, ...claims };
      const token = await new SignJWT({ iss: issuer, aud: 'benchmate', iat: seconds(), exp: seconds() + 300, ...said })
        .setProtectedHeader({ alg: 'RS256', kid: 'k' })
        .sign(foreignKey ? other.privateKey : own.privateKey);
      json({ access_token: 'a', token_type: 'Bearer', id_token: token });
    };
  }

  const outcome = async () => (await new SimulatedBrowser().open(goOf((await refusalOf(device)).message))).status;

  it('lets in with a token that is right', async () => {
    await startServer();
    await changedProvider({});
    expect(await outcome()).toBe(200);
    expect((await session(publicUrl, device)).status).toBe(200);
  });

  it.each([
    ['issuer', { iss: 'https://evil.example' }, false],
    ['audience', { aud: 'another client' }, false],
    ['end', { exp: seconds() - 3600, iat: seconds() - 7200 }, false],
    ['nonce', { nonce: 'of another sign-in' }, false],
    ['signature', {}, true],
  ])('lets nobody in with a token of another %s', async (_what, claims, foreignKey) => {
    await startServer();
    await changedProvider(claims, foreignKey);
    expect(await outcome()).toBe(403);
    expect((await refusalOf(device)).status).toBe(401);
  });

  it('lets nobody in whose browser did not begin the sign-in: what another one brings back counts for nothing', async () => {
    await startServer();
    await changedProvider({});
    const begun = new SimulatedBrowser();
    begun.stopsAt = '/~sign-in/done';
    const done = (await begun.open(goOf((await refusalOf(device)).message))).url;
    expect(done).toContain('/~sign-in/done?code=c&state=');
    expect((await new SimulatedBrowser().open(done)).status).toBe(403);
    expect((await refusalOf(device)).status).toBe(401);
  });

  it('leaves neither codes, addresses nor names in the log', () => {
    const lines = JSON.stringify(logged);
    expect(lines).toContain('signed-in');
    expect(lines).not.toMatch(/code=|state=|@example|nonce|\?t=|benchmate_sign_in/);
  });
});

it('is configured whole, over TLS, or not at all', () => {
  const given = {
    'oidc-issuer': 'https://id.example.org',
    'oidc-client-id': 'c',
    'public-url': 'https://s.example.org/',
  };
  expect(readOidc({}, undefined)).toBeNull();
  expect(readOidc({ ...given, 'oidc-domain': ['@Example.org'] }, 's')).toEqual({
    issuer: 'https://id.example.org',
    clientId: 'c',
    clientSecret: 's',
    publicUrl: 'https://s.example.org',
    domains: ['example.org'],
    groups: [],
    validMs: 30 * day,
  });
  for (const wrong of [
    { 'public-url': undefined },
    { 'oidc-client-id': undefined },
    { 'oidc-issuer': 'http://id.example.org' },
    { 'public-url': 'http://s.example.org' },
    { 'oidc-days': '0' },
  ])
    expect(() => readOidc({ ...given, ...wrong }, undefined)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});
