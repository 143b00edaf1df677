import fastifyStatic from '@fastify/static';
import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { isMlflow } from './http-errors.ts';
import { cookieLifeSeconds, type CompanionSessions } from './companion-session.ts';

/** Monaco sets inline styles and starts its workers from blobs; nothing else may come from anywhere but here. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Cookies are shared between the ports of a host: the name keeps two engines apart. */
export const companionCookie = (port: number): string => `benchmate-${port}`;

/**
 * `POST /session {code}` → cookie, and the files of the companion for every other GET. The files are public: they are the
 * same for everybody and hold nothing; what they show comes from routes that ask for the cookie. An address without an
 * extension is a page of the single-page app.
 */
export async function registerCompanionRoutes(
  app: FastifyInstance,
  { folder, sessions, port }: { folder: string; sessions: CompanionSessions; port: () => number },
): Promise<void> {
  app.post('/session', { config: { rule: 'one-time-code' }, bodyLimit: 1024 }, async (request, reply) => {
    const { code } = (request.body ?? {}) as { code?: unknown };
    const value = typeof code === 'string' ? sessions.redeem(code) : null;
    if (!value)
      throw new BenchmateError(
        'UNAUTHENTICATED',
        'The link was used already or is too old.',
        'Open the companion again.',
      );
    reply.header(
      'set-cookie',
      `${companionCookie(port())}=${value}; Path=/; Max-Age=${cookieLifeSeconds}; HttpOnly; SameSite=Strict`,
    );
    return { ok: true };
  });

  await app.register(fastifyStatic, {
    root: folder,
    serve: false,
    cacheControl: false,
    dotfiles: 'ignore',
    index: false,
  });
  app.get('/*', { config: { rule: 'public' } }, async (request, reply) => {
    if (isApi(request.url)) return reply.callNotFound();
    const path = (request.params as { '*': string })['*'];
    const page = extname(path) === '';
    if (!existsSync(join(folder, 'index.html')))
      throw new BenchmateError(
        'NOT_FOUND',
        'This engine was built without the companion.',
        'Run `npm run build` first.',
      );
    return page ? sendPage(reply) : sendAsset(reply, path);
  });
}

/** An address of an API that does not exist must not look like a page. */
const isApi = (url: string): boolean => isMlflow(url) || /^\/(rpc|documents)(\/|\?|$)/.test(url);

function sendPage(reply: FastifyReply): FastifyReply {
  return reply.header('content-security-policy', contentSecurityPolicy).sendFile('index.html');
}

/** Built files carry a hash of their content in their names: they never change. */
function sendAsset(reply: FastifyReply, path: string): FastifyReply {
  reply.header('content-security-policy', contentSecurityPolicy);
  if (path.startsWith('assets/')) reply.header('cache-control', 'public, max-age=31536000, immutable');
  return reply.sendFile(path);
}
