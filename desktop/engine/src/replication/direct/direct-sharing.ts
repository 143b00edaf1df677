import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { WebSocket, WebSocketServer, type ClientOptions } from 'ws';
import type { DirectStatus } from '@benchmate/shared/domain/direct-status';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Clock, Random } from '../../host/clock.ts';
import type { DocumentHub } from '../documents/hub.ts';
import type { DocumentStore } from '../documents/store.ts';
import type { CurrentTeam } from '../feeds/current-team.ts';
import { backoffMs } from '../sync/backoff.ts';
import { formatDirectAddress, parseDirectAddress, type DirectAddress } from './address.ts';
import { DirectSession } from './session.ts';
import { keepAlive } from './keep-alive.ts';
import { connectingTls, listeningTls } from './tls.ts';
import type { Side } from './wire.ts';

export interface DirectSharingParts {
  current: CurrentTeam;
  documents: DocumentStore;
  hub: DocumentHub;
  clock: Clock;
  random: Random;
  /** Where files lie while they come and go. */
  dataDir: string;
  warn: (sentence: string) => void;
}

const handshakeMs = 10_000;

interface Peer {
  device: string;
  since: number;
}

interface Beginning {
  side: Side;
  /** Why a device is not welcome though it is of the team; '' lets it in. */
  refuses?: (device: string) => string;
  entered?: () => void;
}

/** Connections between this device and teammates' devices, each to an explicit address, until `stop`. */
export class DirectSharing {
  readonly #parts: DirectSharingParts;
  readonly #listeners = new Set<() => void>();
  readonly #sessions = new Map<DirectSession, Peer | null>();
  #server: { server: Server; sockets: WebSocketServer; host: string; port: number } | null = null;
  #connecting = new AbortController();
  #isConnecting = false;
  #problem = '';
  #count = 0;

  constructor(parts: DirectSharingParts) {
    this.#parts = parts;
    rmSync(this.#spool, { recursive: true, force: true }); // of an engine that was killed
    parts.current.onSwitch(() => void this.stop());
  }

  /** Called after the status may have changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get isBusy(): boolean {
    return this.#server !== null || this.#isConnecting;
  }

  status(): DirectStatus {
    const { members } = this.#parts.current.replica.registry.membership;
    const nameOf = (device: string) => members.find(member => member.device === device)?.name ?? '';
    const peers = [...this.#sessions.values()].filter(peer => peer !== null);
    return {
      listening: this.#server && { host: this.#server.host, port: this.#server.port },
      peers: peers.map(({ device, since }) => ({ device, name: nameOf(device), since })),
      problem: peers.length > 0 ? '' : this.#problem,
    };
  }

  /** Listens under a new secret; a former one counts no more. */
  async listen({
    host,
    port,
  }: {
    host: string;
    port: number;
  }): Promise<{ address: string; host: string; port: number }> {
    if (isIP(host) === 0)
      throw new BenchmateError(
        'BAD_REQUEST',
        `${host} is no address of a network.`,
        'Give an IP address of this machine.',
      );
    await this.#stopListening();
    const { random, current } = this.#parts;
    const secret = random(32);
    const server = createServer(listeningTls(secret));
    const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 64_000_000 });
    let first: string | null = null;
    sockets.on('connection', (ws, request) =>
      this.#begin(ws, request.socket as TLSSocket, {
        side: 'listening',
        refuses: device => {
          if (first !== null && first !== device)
            return 'This address was given to somebody else, who used it already.';
          first = device;
          return '';
        },
      }),
    );
    await opened(server, { host, port });
    const bound = server.address() as { port: number };
    this.#server = { server, sockets, host, port: bound.port };
    this.#tell();
    const address = formatDirectAddress({ host, port: bound.port, team: current.teamId, secret });
    return { address, host, port: bound.port };
  }

  /** Settles once connected; tries again by itself after that, until `stop`. */
  async connect(text: string): Promise<DirectStatus> {
    const address = parseDirectAddress(text);
    if (address.team !== this.#parts.current.teamId)
      throw new BenchmateError(
        'FORBIDDEN',
        'The address is of a device of another team.',
        'Join that team first: benchmate bundle join',
      );
    this.#connecting.abort();
    const control = (this.#connecting = new AbortController());
    this.#problem = '';
    const first = await this.#connectOnce(address, control.signal);
    this.#isConnecting = true;
    void this.#keepConnected(address, first, control.signal);
    return this.status();
  }

  async stop(): Promise<DirectStatus> {
    this.#connecting.abort();
    this.#isConnecting = false;
    await this.#stopListening();
    const sessions = [...this.#sessions.keys()];
    for (const session of sessions) session.close();
    await Promise.all(sessions.map(({ ended }) => ended));
    this.#problem = '';
    this.#tell();
    return this.status();
  }

  async #keepConnected(address: DirectAddress, first: DirectSession, signal: AbortSignal): Promise<void> {
    let { ended } = first;
    for (let failures = 0; ;) {
      const reason = await ended;
      if (signal.aborted) return;
      this.#problem = reason || `The connection to ${address.host} was lost; it is tried again by itself.`;
      this.#tell();
      await this.#wait(backoffMs(failures, Math.random()), signal);
      if (signal.aborted) return;
      try {
        ({ ended } = await this.#connectOnce(address, signal));
        failures = 0;
      } catch (error) {
        failures++;
        ended = Promise.resolve((error as Error).message);
      }
    }
  }

  /** Resolves when the other end is known to be a device of the team. */
  #connectOnce(address: DirectAddress, signal: AbortSignal): Promise<DirectSession> {
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
      ws.on('open', () => {
        const session: DirectSession = this.#begin(ws, socket!, {
          side: 'connecting',
          entered: () => resolve(session),
        });
        void session.ended.then(reason => {
          signal.removeEventListener('abort', abort);
          reject(
            reason
              ? new BenchmateError('FORBIDDEN', `The device at ${host} was not connected: ${reason}`)
              : unreachable(address),
          );
        });
      });
    });
  }

  #begin(ws: WebSocket, socket: TLSSocket, { side, refuses = () => '', entered }: Beginning): DirectSession {
    const { current, clock } = this.#parts;
    keepAlive(ws, clock);
    mkdirSync(this.#spool, { recursive: true, mode: 0o700 });
    const session: DirectSession = new DirectSession({
      ...this.#parts,
      ws,
      socket,
      side,
      replica: current.replica,
      spool: join(this.#spool, String(this.#count++)),
      refuses,
      entered: device => {
        this.#sessions.set(session, { device, since: clock.now() });
        entered?.();
        this.#tell();
      },
    });
    this.#sessions.set(session, null);
    void session.ended.then(reason => {
      this.#sessions.delete(session);
      if (reason) this.#problem = reason;
      this.#tell();
    });
    return session;
  }

  get #spool(): string {
    return join(this.#parts.dataDir, 'direct');
  }

  async #stopListening(): Promise<void> {
    const former = this.#server;
    this.#server = null;
    if (!former) return;
    for (const ws of former.sockets.clients) ws.terminate();
    former.sockets.close();
    former.server.closeAllConnections();
    await new Promise<void>(resolve => former.server.close(() => resolve()));
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const cancel = this.#parts.clock.after(ms, resolve);
      signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function opened(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new BenchmateError('PORT_IN_USE', `Port ${port} of ${host} is in use.`, 'Choose another one, or none.')
          : new BenchmateError(
              'BAD_REQUEST',
              `This machine cannot listen on ${host} (${error.code}).`,
              'Give an address of this machine.',
            ),
      ),
    );
    server.listen({ host, port }, resolve);
  });
}

const unreachable = ({ host, port }: DirectAddress, cause?: unknown) =>
  new BenchmateError(
    'OFFLINE',
    `No device of the team answers at ${host}:${port}.`,
    'It must be listening still, under this very address: benchmate sync direct listen',
    { cause },
  );
