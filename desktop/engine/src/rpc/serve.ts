import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import type { AnyRouter } from '@trpc/server';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import type { Log } from '../host/log.ts';
import type { Identity } from '../host/security.ts';
import { enforce } from '../host/security.ts';
import type { Sockets } from '../host/sockets.ts';
import { getErrorShape, toRpcError } from './errors.ts';

export interface RpcParts {
  router: AnyRouter;
  sockets: Sockets;
  /** Who a token in the first message belongs to. */
  identifyToken: (token: string) => Identity | null;
  log: Log;
}

const authDeadlineMs = 5000;

/** tRPC at `/rpc/<feature>.<call>` for calls and as a WebSocket at `/rpc` for subscriptions (and calls). */
export function registerRpcRoutes(app: FastifyInstance, { router, sockets, identifyToken, log }: RpcParts): void {
  const onError = ({ error, path }: { error: Parameters<typeof getErrorShape>[0]; path?: string | undefined }) => {
    const shape = getErrorShape(error);
    if (shape.code === 'INTERNAL') log.error({ err: error.cause ?? error, path }, 'unexpected error in a call');
  };

  void app.register(async scope => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    scope.route({
      method: ['GET', 'POST'],
      url: '/rpc/:path',
      config: { rule: 'token' },
      handler: (req, res) =>
        fastifyRequestHandler({
          router,
          req,
          res,
          path: (req.params as { path: string }).path,
          allowBatching: false,
          onError,
        }),
    });
  });

  const connect = (authenticated: boolean, onAuthenticated: () => void) =>
    getWSConnectionHandler({
      wss: new WebSocketServer({ noServer: true }),
      router,
      keepAlive: { enabled: true, pingMs: 20_000, pongWaitMs: 10_000 },
      onError,
      createContext: ({ info }) => {
        const token = info.connectionParams?.['token'];
        const identity = typeof token === 'string' ? identifyToken(token) : null;
        try {
          if (!authenticated) enforce('token', identity);
        } catch (error) {
          throw toRpcError(error);
        }
        onAuthenticated();
        return {};
      },
    });
  sockets.register({
    path: '/rpc',
    rule: 'token-in-first-message',
    open: (socket, request, { identity }) => {
      const deadline = setTimeout(() => socket.close(closeCode.unauthenticated, 'no token'), authDeadlineMs);
      socket.once('close', () => clearTimeout(deadline));
      connect(identity !== null, () => clearTimeout(deadline))(socket, request);
    },
  });
}
