import { createServer, type Server } from 'node:https';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { DirectSession, type Line, type SessionParts } from './session.ts';
import { listeningTls } from './tls.ts';

interface Opening {
  /** An address of this machine. */
  host: string;
  /** 0 takes a free one. */
  port: number;
  secret: Uint8Array;
  parts: (line: Line) => SessionParts;
  begun: (session: DirectSession) => void;
}

/** Waits for whoever has the secret. */
export class Listener {
  readonly host: string;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;

  private constructor(host: string, server: Server, sockets: WebSocketServer) {
    this.host = host;
    this.port = (server.address() as { port: number }).port;
    this.#server = server;
    this.#sockets = sockets;
  }

  static async open({ host, port, secret, parts, begun }: Opening): Promise<Listener> {
    if (isIP(host) === 0)
      throw new BenchmateError(
        'BAD_REQUEST',
        `${host} is no address of a network.`,
        'Give an IP address of this machine.',
      );
    const server = createServer(listeningTls(secret));
    const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 64_000_000 });
    sockets.on('connection', (ws, request) =>
      begun(new DirectSession(parts({ ws, socket: request.socket as TLSSocket }))),
    );
    await new Promise<void>((resolve, reject) => {
      sockets.once('error', error => reject(unbound(error, { host, port })));
      server.listen({ host, port }, resolve);
    });
    sockets.on('error', () => {}); // of single connections: they end
    return new Listener(host, server, sockets);
  }

  async close(): Promise<void> {
    for (const ws of this.#sockets.clients) ws.terminate();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }
}

function unbound(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): BenchmateError {
  if (error.code === 'EADDRINUSE')
    return new BenchmateError('PORT_IN_USE', `Port ${port} of ${host} is in use.`, 'Choose another one, or none.');
  return new BenchmateError(
    'BAD_REQUEST',
    `This machine cannot listen on ${host} (${error.code}).`,
    'Give an address of this machine.',
  );
}
