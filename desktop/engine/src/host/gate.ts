import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseForeign } from './foreign.ts';

/** Not by `import`: that reads every export of the module, and one of them loads a whole HTTP client (50 ms). */
const { createServer } = process.getBuiltinModule('node:http');

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * The listening socket, open before the features are built: whoever comes early is let in as soon as they are. Only
 * `/health` is answered at once, since lock, store and port are held by then.
 */
export interface Gate {
  server: Server;
  /** Resolves when somebody waits for more than `/health`. */
  wanted: Promise<void>;
  /** From now on requests and upgrades go here, those that waited first. */
  open: (onRequest: RequestListener, onUpgrade: UpgradeListener) => void;
}

export const healthBody = JSON.stringify({ status: 'ok' });

export function createGate(port: () => number): Gate {
  let handlers: { onRequest: RequestListener; onUpgrade: UpgradeListener } | null = null;
  const waiting: (() => void)[] = [];
  let want = () => {};
  const wanted = new Promise<void>(resolve => (want = resolve));
  const wait = (enter: () => void) => {
    waiting.push(enter);
    want();
  };
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 3_600_000 }, (request, response) => {
    if (handlers) return handlers.onRequest(request, response);
    if (request.method === 'GET' && request.url === '/health' && isOwn(request, port())) {
      response.setHeader('content-type', 'application/json; charset=utf-8').end(healthBody);
      return;
    }
    wait(() => handlers?.onRequest(request, response));
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (handlers) handlers.onUpgrade(request, socket, head);
    else wait(() => handlers?.onUpgrade(request, socket, head));
  });
  return {
    server,
    wanted,
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
