import { STATUS_CODES, type IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes } from '@benchmate/shared/errors/codes';
import { acksSubprotocol } from '@benchmate/shared/protocol/document-wire';
import type { UpgradeListener } from './gate.ts';
import { enforce, type Identity } from './security.ts';
import type { Lifetime } from './lifetime.ts';
import { refuseForeign } from './foreign.ts';

/**
 * - `token`: the upgrade request itself carries the token (header, subprotocol) or the companion's cookie.
 * - `token-in-first-message`: the handler asks for it within five seconds and closes with 4401 otherwise; a request that
 *   carries one already comes with its identity.
 */
export type SocketRule = 'token' | 'token-in-first-message';

export interface SocketRoute {
  /** `/rpc` exactly, or with a trailing slash every path below. */
  path: string;
  rule: SocketRule;
  /** `rest` is what follows the route's path, without query, not decoded. */
  open: (socket: WebSocket, request: IncomingMessage, info: { rest: string; identity: Identity | null }) => void;
}

const maxFrameBytes = 1_100_000;
/** What waits in memory for a client that does not read; it is dropped then, and resumes when it reads again. */
const maxWaitingBytes = 16_000_000;

/** The engine's WebSockets: the same rules as for requests, before the handshake. */
export class Sockets {
  readonly routes: SocketRoute[] = [];
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    // Some browsers refuse a connection whose offered subprotocols were all ignored.
    handleProtocols: offered => (offered.has(acksSubprotocol) ? acksSubprotocol : ([...offered][0] ?? false)),
  });
  readonly #watch: NodeJS.Timeout;
  readonly #port: () => number;
  readonly #identify: (request: IncomingMessage) => Identity | null;

  constructor(parts: {
    port: () => number;
    identify: (request: IncomingMessage) => Identity | null;
    lifetime: Lifetime;
  }) {
    this.#port = parts.port;
    this.#identify = parts.identify;
    parts.lifetime.stayWhile('sockets', () => this.count > 0);
    this.#watch = setInterval(() => this.#dropSlow(), 5000).unref();
  }

  register(route: SocketRoute): void {
    this.routes.push(route);
  }

  /** Open connections. */
  get count(): number {
    return this.#server.clients.size;
  }

  readonly onUpgrade: UpgradeListener = (request, socket, head) => {
    try {
      refuseForeign(request, this.#port());
      const pathname = (request.url ?? '/').split('?', 1)[0] ?? '/';
      const route = this.routes.find(({ path }) =>
        path.endsWith('/') ? pathname.startsWith(path) : pathname === path,
      );
      if (!route) return refuse(socket, 404);
      const identity = this.#identify(request);
      if (route.rule === 'token' || identity) enforce('token', identity);
      this.#server.handleUpgrade(request, socket, head, opened => {
        opened.on('error', () => opened.terminate());
        route.open(opened, request, { rest: pathname.slice(route.path.length), identity });
      });
    } catch (error) {
      refuse(socket, errorCodes[toErrorShape(error).code].http);
    }
  };

  /** Breaks all connections without a goodbye: clients come back. */
  drop(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  #dropSlow(): void {
    for (const socket of this.#server.clients) if (socket.bufferedAmount > maxWaitingBytes) socket.terminate();
  }

  /** Says goodbye (1001: clients reconnect) and drops who does not answer. */
  close(): void {
    clearInterval(this.#watch);
    for (const socket of this.#server.clients) {
      socket.close(1001);
      setTimeout(() => socket.terminate(), 500).unref();
    }
    this.#server.close();
  }
}

function refuse(socket: Parameters<UpgradeListener>[1], status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
