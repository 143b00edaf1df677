import fastify, { type FastifyInstance } from 'fastify';
import type { IncomingMessage, Server } from 'node:http';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { answerErrors, isMlflow, sendError } from './http-errors.ts';
import { recordRoutes, type RouteRule } from './routes.ts';
import { enforce, refuseForgeable, type Identity } from './security.ts';
import type { Lifetime } from './lifetime.ts';
import type { Log } from './log.ts';
import { refuseForeign } from './foreign.ts';

export interface HttpParts {
  server: Server;
  port: () => number;
  identify: (request: IncomingMessage) => Identity | null;
  lifetime: Lifetime;
  log: Log;
  bodyLimitBytes?: number;
}

/**
 * The engine's HTTP: one Fastify, one hook that lets nothing pass without the rule of its route. Features register with
 * `registerXRoutes(app, …)`; each route states `config: { rule }`, else `routes()` throws and the engine does not start.
 */
export function createHttp(parts: HttpParts): { app: FastifyInstance; routes: () => RouteRule[] } {
  const app = fastify({
    serverFactory: () => parts.server,
    logger: false,
    bodyLimit: parts.bodyLimitBytes ?? 64 * 1024 * 1024,
    routerOptions: { maxParamLength: 1000 },
    exposeHeadRoutes: false,
  });
  const routes = recordRoutes(app);
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('identity', null);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header('cache-control', 'no-store');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('cross-origin-resource-policy', 'same-origin');
    refuseForeign(request.raw, parts.port());
    const { rule = 'token', body = 'json' } = request.routeOptions.config;
    request.identity = parts.identify(request.raw);
    enforce(rule, request.identity);
    refuseForgeable(request.raw, request.identity, body);
    if (request.routeOptions.url !== '/health') parts.lifetime.touch();
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    parts.log.debug({ method, route: routeOptions.url, status: reply.statusCode, ms: reply.elapsedTime }, 'request');
  });
  answerErrors(app, parts.log);
  // Reached only with a token: the hook's rule for what has no route is `token`.
  app.setNotFoundHandler((request, reply) => {
    if (isMlflow(request.url))
      return reply.code(404).send({ error_code: 'ENDPOINT_NOT_FOUND', message: 'Not served.' });
    const unknown = new BenchmateError('NOT_FOUND', 'The engine has no such address.', 'Check the address.');
    return sendError(request, reply, toErrorShape(unknown));
  });
  return { app, routes };
}
