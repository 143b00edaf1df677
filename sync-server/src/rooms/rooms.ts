import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { teamOf } from '@benchmate/shared/documents/document-id';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import { DocumentConnection, type Permission } from './connection.ts';
import { Room, type RoomParts } from './room.ts';

export interface Visitor {
  device: string | null;
  permission: Permission;
  acks: boolean;
  /** What its WebSocket writes to. */
  stream: Duplex;
}

/** Documents that somebody is connected to. */
export class Rooms {
  readonly #parts: RoomParts;
  readonly #rooms = new Map<string, Room>();

  constructor(parts: RoomParts) {
    this.#parts = parts;
  }

  enter(name: string, socket: WebSocket, visitor: Visitor): void {
    const { quotas, counters, log, peers } = this.#parts;
    const room = this.#rooms.get(name) ?? new Room(name, this.#parts);
    if (room.connections.size >= quotas.connectionsPerDocument) {
      counters.overQuota++;
      counters.closed(closeCode.tooMany);
      socket.on('error', () => {});
      return socket.close(closeCode.tooMany, `A document may have ${quotas.connectionsPerDocument} connections.`);
    }
    if (!this.#rooms.has(name)) {
      this.#rooms.set(name, room);
      peers?.listen(name);
    }
    room.connections.add(new DocumentConnection({ ...visitor, socket, room, counters, quotas, log }));
    socket.on('close', () => {
      if (room.connections.size > 0 || this.#rooms.get(name) !== room) return;
      this.#rooms.delete(name);
      peers?.ignore(name);
      room.left();
    });
  }

  /** A document that somebody here is connected to. */
  get(name: string): Room | undefined {
    return this.#rooms.get(name);
  }

  all(): Iterable<Room> {
    return this.#rooms.values();
  }

  /** Applies what became of a team's members to the connections that are open. */
  review(team: string, permissionOf: (device: string, name: string) => Permission | null): void {
    for (const [name, { connections }] of this.#rooms) {
      if (teamOf(name) !== team) continue;
      for (const connection of connections) {
        if (connection.device === null) continue;
        const permission = permissionOf(connection.device, name);
        if (permission) connection.permission = permission;
        else connection.close(closeCode.forbidden, 'You are not a member of this team any more.');
      }
    }
  }

  counts(): { rooms: number; connections: number } {
    let connections = 0;
    for (const room of this.#rooms.values()) connections += room.connections.size;
    return { rooms: this.#rooms.size, connections };
  }
}
