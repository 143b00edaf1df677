import { WebSocket } from 'ws';
import { acksSubprotocol, ticketSubprotocolPrefix } from '@benchmate/shared/protocol/document-wire';

export const ticketProtocols = (ticket: string): string[] => [`${ticketSubprotocolPrefix}${ticket}`];
export const documentProtocols = (ticket: string): string[] => [acksSubprotocol, ...ticketProtocols(ticket)];

const pingEveryMs = 10_000;

/**
 * A WebSocket to the sync server that notices a dead line: without an answer to a ping it ends within two periods.
 * Node's own WebSocket cannot ping.
 */
export class SyncSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { handshakeTimeout: 10_000, perMessageDeflate: false, maxPayload: 64_000_000 });
    let alive = true;
    const timer = setInterval(() => {
      if (this.readyState !== this.OPEN) return;
      if (!alive) return this.terminate();
      alive = false;
      this.ping();
    }, pingEveryMs).unref();
    this.on('pong', () => (alive = true));
    this.on('close', () => clearInterval(timer));
  }
}
