import fastify, { type FastifyInstance } from 'fastify';
import type { IncomingMessage, Server } from 'node:http';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { notSupported } from '../mlflow/not-served.ts';
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
  /** Whether each request is logged, at the level `debug`. */
  logsRequests: boolean;
  bodyLimitBytes?: number;
}

const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Whether a training script logs: no page sends this, and no browser shows the answer. MLflow's client pays for each line of
 * an answer, so it gets no more of them than say something to it; in HTTP/1.1 connections stay without being told.
 */
const isLogging = ({ method, url = '', headers, httpVersion }: IncomingMessage): boolean =>
  method === 'POST' &&
  httpVersion === '1.1' &&
  url.startsWith('/api/2.0/mlflow/') &&
  headers.authorization !== undefined &&
  headers.origin === undefined &&
  headers['sec-fetch-site'] === undefined;

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
  // Not `async`: each promise here would cost every request, and a training loop waits for each of its own.
  app.addHook('onRequest', (request, reply, done) => {
    try {
      if (isLogging(request.raw)) reply.raw.removeHeader('connection');
      else reply.headers(safeHeaders);
      refuseForeign(request.raw, parts.port());
      const { url, config } = request.routeOptions;
      const { rule = 'token', body = 'json' } = config;
      request.identity = parts.identify(request.raw);
      enforce(rule, request.identity);
      refuseForgeable(request.raw, request.identity, body);
      if (url !== '/health') parts.lifetime.touch();
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  if (parts.logsRequests) logRequests(app, parts.log);
  answerErrors(app, parts.log);
  // Reached only with a token: the hook's rule for what has no route is `token`.
  app.setNotFoundHandler((request, reply) => {
    const refusal = notSupported(request.url);
    if (refusal) return sendError(request, reply, refusal);
    if (isMlflow(request.url))
      return reply.code(404).send({ error_code: 'ENDPOINT_NOT_FOUND', message: 'Not served.' });
    const unknown = new BenchmateError('NOT_FOUND', 'The engine has no such address.', 'Check the address.');
    return sendError(request, reply, toErrorShape(unknown));
  });
  return { app, routes };
}

function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    log.debug({ method, route: routeOptions.url, status: reply.statusCode, ms: reply.elapsedTime }, 'request');
    done();
  });
}
