import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseForeign } from './security.ts';

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * The listening socket, open before the features are built: whoever comes early is let in as soon as they are. Only
 * `/health` is answered at once, since lock, store and port are held by then.
 */
export interface Gate {
  server: Server;
  /** From now on requests and upgrades go here, those that waited first. */
  open: (onRequest: RequestListener, onUpgrade: UpgradeListener) => void;
}

export const healthBody = JSON.stringify({ status: 'ok' });

export function createGate(port: () => number): Gate {
  let handlers: { onRequest: RequestListener; onUpgrade: UpgradeListener } | null = null;
  const waiting: (() => void)[] = [];
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 3_600_000 }, (request, response) => {
    if (handlers) return handlers.onRequest(request, response);
    if (request.method === 'GET' && request.url === '/health' && isOwn(request, port())) {
      response.setHeader('content-type', 'application/json; charset=utf-8').end(healthBody);
      return;
    }
    waiting.push(() => handlers?.onRequest(request, response));
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (handlers) handlers.onUpgrade(request, socket, head);
    else waiting.push(() => handlers?.onUpgrade(request, socket, head));
  });
  return {
    server,
    open: (onRequest, onUpgrade) => {
      handlers = { onRequest, onUpgrade };
      for (const enter of waiting.splice(0)) enter();
    },
  };
}

function isOwn(request: IncomingMessage, port: number): boolean {
  try {
    refuseForeign(request, port);
    return true;
  } catch {
    return false;
  }
}
