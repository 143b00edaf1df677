import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { WebSocket, type ClientOptions } from 'ws';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { DirectAddress } from './address.ts';
import { DirectSession, type Line, type SessionParts } from './session.ts';
import { connectingTls } from './tls.ts';

const handshakeMs = 10_000;

interface Reaching {
  signal: AbortSignal;
  parts: (line: Line) => SessionParts;
  begun: (session: DirectSession) => void;
}

/** Connects once. Rejects with OFFLINE when nobody answers, FORBIDDEN when the other end refuses this device. */
export function reach(address: DirectAddress, { signal, parts, begun }: Reaching): Promise<DirectSession> {
  const { host, port } = address;
  const url = `wss://${isIP(host) === 6 ? `[${host}]` : host}:${port}/`;
  const options = {
    ...connectingTls(address),
    handshakeTimeout: handshakeMs,
    perMessageDeflate: false,
    maxPayload: 64_000_000,
  };
  return new Promise((resolve, reject) => {
    // What `tls.connect` takes is passed on to it, which the types of `ws` do not know.
    const ws = new WebSocket(url, options as unknown as ClientOptions);
    const abort = () => ws.terminate();
    signal.addEventListener('abort', abort, { once: true });
    let socket: TLSSocket | null = null;
    ws.on('upgrade', response => (socket = response.socket as TLSSocket));
    ws.on('error', cause => reject(unreachable(address, cause)));
    ws.on('close', () => signal.removeEventListener('abort', abort));
    ws.on('open', () => {
      const own = parts({ ws, socket: socket! });
      const entered = (device: string, entering: DirectSession) => {
        own.entered(device, entering);
        resolve(entering);
      };
      const session = new DirectSession({ ...own, entered });
      begun(session);
      void session.ended.then(reason => reject(reason ? refused(host, reason) : unreachable(address)));
    });
  });
}

const refused = (host: string, reason: string) =>
  new BenchmateError('FORBIDDEN', `The device at ${host} was not connected: ${reason}`);

const unreachable = ({ host, port }: DirectAddress, cause?: unknown) =>
  new BenchmateError(
    'OFFLINE',
    `No device of the team answers at ${host}:${port}.`,
    'It must be listening still, under this very address: benchmate sync direct listen',
    { cause },
  );
