import { acksSubprotocol, ticketSubprotocolPrefix } from '@benchmate/shared/protocol/document-wire';

export const ticketProtocols = (ticket: string): string[] => [`${ticketSubprotocolPrefix}${ticket}`];
export const documentProtocols = (ticket: string): string[] => [acksSubprotocol, ...ticketProtocols(ticket)];

const lookEveryMs = 10_000;

/**
 * Takes the place of `replication/sync/socket.ts` in browsers: their own WebSocket, heard in the words of `ws`. A page cannot ping, so
 * it asks the browser whether there is a network, and leaves the rest to the server, which pings.
 */
export class SyncSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols);
    this.binaryType = 'arraybuffer';
    const timer = setInterval(() => {
      if (this.readyState === this.OPEN && navigator.onLine) this.dispatchEvent(new Event('pong'));
    }, lookEveryMs);
    const gone = () => this.close();
    window.addEventListener('offline', gone);
    this.addEventListener('close', () => {
      clearInterval(timer);
      window.removeEventListener('offline', gone);
    });
  }

  on(event: string, listener: (...values: unknown[]) => void): this {
    if (event === 'close') this.addEventListener('close', ({ code, reason }) => listener(code, reason));
    else if (event === 'message') this.addEventListener('message', ({ data }) => listener(data));
    else this.addEventListener(event, () => listener());
    return this;
  }
}
