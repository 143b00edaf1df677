import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { SignIns } from '../access/oidc/sign-ins.ts';
import type { RevokedDevices } from '../access/revoked.ts';
import { packedArchive } from '../backup/packed.ts';
import { listen } from '../http/listen.ts';
import { readJson } from '../http/read-json.ts';
import { errorAnswer } from '../http/serve.ts';
import type { Log } from '../operations/log.ts';
import type { Storage } from '../storage/ports.ts';
import { revocation } from './report.ts';
import type { Reports } from './reports.ts';
import { sameSecret } from './same-secret.ts';
import { AdminSessions } from './sessions.ts';

export interface AdminServerParts {
  port: number;
  reports: Reports;
  revoked: RevokedDevices;
  signIns: SignIns | null;
  storage: Storage;
  log: Log;
  now: () => number;
}

export interface AdminServer {
  url: string;
  token: string;
  close: () => Promise<void>;
}

type Ask = (request: IncomingMessage) => unknown;

const cookieName = 'benchmate_sync_admin';
const shownDocuments = 100;

/**
 * The operator's own door: on loopback alone, beside the address that teams use. Everything needs the token of `admin.json` or the
 * cookie that its one-time link gives to a browser; `GET /` without it only asks for such a link, and `POST /session` takes its code.
 */
export async function openAdminServer(parts: AdminServerParts): Promise<AdminServer> {
  const token = randomBytes(32).toString('base64url');
  const sessions = new AdminSessions(parts.now);
  let own = '';
  const asks = asksOf(parts, () => `${own}/#${sessions.issueCode()}`);
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      const { status, body } = errorAnswer(error);
      send(response, status, 'application/json', body);
    });
  });
  const port = await listen(server, '127.0.0.1', parts.port);
  own = `http://127.0.0.1:${port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    checkAddress(request, own);
    const key = `${request.method} ${new URL(request.url ?? '/', own).pathname}`;
    const cookie = cookieOf(request);
    if (key === 'POST /session') return beginSession(request, response);
    const known = cookie !== null && sessions.verify(cookie);
    if (key === 'GET /') {
      const { dashboardPage, signInPage } = await import('./page.ts'); // a server that nobody looks at needs no React
      return sendPage(response, known ? await dashboardPage(parts.reports) : signInPage());
    }
    if (!known && !sameSecret(bearerOf(request), token))
      throw new BenchmateError('UNAUTHENTICATED', 'The admin token is needed.', 'Open `benchmate-sync admin link`.');
    if (key === 'GET /api/backup') return sendArchive(response);
    if (key === 'POST /api/sign-out') sessions.end(cookie ?? '');
    const ask = asks[key];
    if (!ask) throw new BenchmateError('NOT_FOUND', 'There is nothing at this address.');
    send(response, 200, 'application/json', JSON.stringify(await ask(request)));
  }

  async function beginSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { code } = z.object({ code: z.string().max(100) }).parse(await readJson(request));
    const cookie = sessions.redeem(code);
    if (cookie === null)
      throw new BenchmateError('UNAUTHENTICATED', 'The link was used already, or is too old.', 'Make a new one.');
    response.setHeader('set-cookie', `${cookieName}=${cookie}; HttpOnly; SameSite=Strict; Path=/`);
    parts.log('info', 'admin-signed-in', {});
    send(response, 200, 'application/json', '{}');
  }

  async function sendArchive(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/gzip', 'cache-control': 'no-store' });
    await pipeline(packedArchive(parts.storage, new Date(parts.now())), response);
    parts.log('info', 'backed-up', {});
  }

  return {
    url: own,
    token,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function asksOf({ reports, revoked, signIns, log }: AdminServerParts, link: () => string): Record<string, Ask> {
  const device = async (request: IncomingMessage) => revocation.parse(await readJson(request)).device;
  return {
    'GET /api/status': () => reports.status(),
    'GET /api/members': () => reports.members(),
    'GET /api/documents': () => reports.documents(shownDocuments),
    'GET /api/connections': () => reports.connections(),
    'GET /api/quotas': () => reports.quotas(),
    'POST /api/link': () => ({ url: link() }),
    'POST /api/sign-out': () => ({}),
    'POST /api/revoke': async request => {
      const revokedDevice = await device(request);
      await revoked.revoke(revokedDevice);
      log('warn', 'device-revoked', { device: revokedDevice });
      return { device: revokedDevice, revoked: true };
    },
    'POST /api/readmit': async request => {
      const readmitted = await device(request);
      if (!(await revoked.readmit(readmitted)))
        throw new BenchmateError('NOT_FOUND', 'This device was not revoked here.', 'See benchmate-sync admin devices.');
      log('warn', 'device-readmitted', { device: readmitted });
      return { device: readmitted, revoked: false };
    },
    // Not `sign-out`, which is the operator's own.
    'POST /api/end-sign-in': async request => {
      const ended = await device(request);
      if (!(await signIns?.signOut(ended)))
        throw new BenchmateError(
          'NOT_FOUND',
          'Nobody is signed in for this device.',
          'See benchmate-sync admin identities.',
        );
      log('warn', 'sign-in-ended', { device: ended });
      return { device: ended, signedIn: null };
    },
  };
}

/** Against DNS rebinding and web pages: the exact own address, and no page but the own. */
function checkAddress({ headers, url, method }: IncomingMessage, own: string): void {
  const { host, origin } = headers;
  const port = new URL(own).port;
  const addressed = host === `127.0.0.1:${port}` || host === `localhost:${port}`;
  const fromElsewhere = origin === undefined ? headers['sec-fetch-site'] === 'cross-site' : origin !== `http://${host}`;
  if (!addressed || !url?.startsWith('/') || fromElsewhere || (method !== 'GET' && method !== 'POST'))
    throw new BenchmateError('FORBIDDEN', 'The request is not addressed to this server.', 'Use its own address.');
}

const bearerOf = ({ headers }: IncomingMessage): string =>
  /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';

const cookieOf = ({ headers }: IncomingMessage): string | null =>
  new RegExp(`(?:^|; )${cookieName}=([A-Za-z0-9_-]{43})(?:;|$)`).exec(headers.cookie ?? '')?.[1] ?? null;

function sendPage(response: ServerResponse, { html, nonce }: { html: string; nonce: string }): void {
  const own = `'nonce-${nonce}'`;
  response.setHeader(
    'content-security-policy',
    `default-src 'none'; script-src ${own}; style-src ${own}; img-src data:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
  );
  send(response, 200, 'text/html; charset=utf-8', html);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(body);
}
