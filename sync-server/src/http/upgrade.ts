import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { documentIdPattern, teamOf } from '@benchmate/shared/documents/document-id';
import { acksSubprotocol, closeCode, limits, ticketSubprotocolPrefix } from '@benchmate/shared/protocol/document-wire';
import type { TicketHolder, Tickets } from '../access/tickets.ts';
import { documentPermission } from '../access/permission.ts';
import type { Teams } from '../feeds/teams.ts';
import type { Counters } from '../operations/counters.ts';
import type { Log } from '../operations/log.ts';
import type { Quotas } from '../quotas.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { clientAddress } from './client-address.ts';
import type { Connected, Connections } from './connections.ts';
import type { Gate } from './gate.ts';
import { errorAnswer } from './serve.ts';

export interface UpgradeParts {
  gate: () => Gate;
  open: boolean;
  tickets: Tickets;
  teams: Teams;
  rooms: Rooms;
  counters: Counters;
  quotas: Quotas;
  log: Log;
  trustProxy: boolean;
  connected: Connections;
  now: () => number;
}

const feedsPath = /^\/~feeds\/([A-Za-z0-9_-]{43})$/;
/** With `--open` any name will do that needs no escape in a URL. */
const openName = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}$/;

/**
 * Takes WebSockets: `/~feeds/<team>` and `/<document>`. What is not addressed to this server is refused before the
 * handshake; the rest after it, with a close code, because that is all that a browser's WebSocket can see.
 */
export class Upgrades {
  readonly #parts: UpgradeParts;
  readonly #addresses = new WeakMap<WebSocket, string>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    maxPayload: limits.documentBytes + 1024,
    handleProtocols: chooseProtocol,
  });

  #stopping = false;

  constructor(parts: UpgradeParts) {
    this.#parts = parts;
  }

  handle(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on('error', () => stream.destroy());
    try {
      this.#parts.gate().check(request);
    } catch (error) {
      const { status, body } = errorAnswer(error);
      stream.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nConnection: close\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      return;
    }
    this.#sockets.handleUpgrade(request, stream, head, socket => {
      this.#addresses.set(socket, clientAddress(request, this.#parts.trustProxy));
      this.#admit(socket, stream, request).catch(() => {
        socket.resume();
        this.#refuse(socket, closeCode.tryAgainLater, 'The team could not be read for now.');
      });
    });
  }

  get connections(): number {
    return this.#sockets.clients.size;
  }

  /** Clients come back, to another server or to the next on this address. */
  closeAll(): void {
    this.#stopping = true;
    for (const socket of this.#sockets.clients) socket.close(closeCode.goingAway, 'The sync server is stopping.');
  }

  terminateAll(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async #admit(socket: WebSocket, stream: Duplex, request: IncomingMessage): Promise<void> {
    const { counters, quotas, open, rooms, teams } = this.#parts;
    if (this.#stopping) return this.#refuse(socket, closeCode.goingAway, 'The sync server is stopping.');
    const path = (request.url ?? '/').split('?', 1)[0]!;
    const team = feedsPath.exec(path)?.[1];
    const name = path.slice(1);
    if (this.connections > quotas.connections) {
      counters.overQuota++;
      return this.#refuse(socket, closeCode.tryAgainLater, 'The sync server has no place for more connections.');
    }
    if (!team && !(open ? openName : documentIdPattern).test(name))
      return this.#refuse(socket, closeCode.badRequest, 'This is not the name of a document.');
    const protocols = offered(request);
    const holder = this.#holder(protocols);
    if (team) return this.#admitToFeeds(socket, team, holder);
    const acks = protocols.includes(acksSubprotocol);
    if (open) {
      this.#note(socket, { device: null, kind: 'document', name });
      return rooms.enter(name, socket, { device: null, permission: 'write', acks, stream });
    }
    if (!holder) return this.#refuse(socket, closeCode.unauthenticated, 'A ticket is needed; get one at /~access.');
    // Nobody listens to the socket before the membership is known: what comes until then waits in it.
    socket.pause();
    const permission = documentPermission(await teams.heldBy(teamOf(name), holder.device), name);
    socket.resume();
    if (!permission) return this.#refuse(socket, closeCode.forbidden, 'You are not a member of this team.');
    if (socket.readyState !== socket.OPEN) return;
    this.#note(socket, { device: holder.device, kind: 'document', name });
    rooms.enter(name, socket, { device: holder.device, permission, acks, stream });
  }

  #note(socket: WebSocket, who: Pick<Connected, 'device' | 'kind' | 'name'>): void {
    const { connected, now } = this.#parts;
    connected.add(socket, { ...who, address: this.#addresses.get(socket) ?? 'unknown', since: now() });
  }

  async #admitToFeeds(socket: WebSocket, team: string, holder: TicketHolder | null): Promise<void> {
    if (!holder) return this.#refuse(socket, closeCode.unauthenticated, 'A ticket is needed; get one at /~access.');
    socket.pause();
    const feeds = await this.#parts.teams.feedsOf(team);
    if (feeds.known && !feeds.isMember(holder.device) && holder.guestOf !== team) {
      socket.resume();
      return this.#refuse(socket, closeCode.forbidden, 'You are not a member of this team.');
    }
    this.#note(socket, { device: holder.device, kind: 'feeds', name: team });
    await this.#parts.teams.enter(team, holder.device, socket);
    socket.resume();
  }

  #refuse(socket: WebSocket, code: number, reason: string): void {
    const { log, counters } = this.#parts;
    log('warn', 'connection-refused', { code, reason, address: this.#addresses.get(socket) ?? null });
    counters.closed(code);
    socket.on('error', () => {});
    socket.close(code, reason);
  }

  #holder(protocols: readonly string[]): TicketHolder | null {
    const carrier = protocols.find(protocol => protocol.startsWith(ticketSubprotocolPrefix));
    return carrier ? this.#parts.tickets.holder(carrier.slice(ticketSubprotocolPrefix.length)) : null;
  }
}

/** A browser gives up when none of the subprotocols that it offered is chosen. */
function chooseProtocol(names: Set<string>): string | false {
  if (names.has(acksSubprotocol)) return acksSubprotocol;
  return [...names].find(name => name.startsWith(ticketSubprotocolPrefix)) ?? false;
}

function offered({ headers }: IncomingMessage): string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim());
}
