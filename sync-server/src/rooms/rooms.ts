import type { WebSocket } from 'ws';
import { teamOf } from '@benchmate/shared/documents/document-id';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import { DocumentConnection, type Permission } from './connection.ts';
import { Room, type RoomParts } from './room.ts';

export interface Visitor {
  device: string | null;
  permission: Permission;
  acks: boolean;
}

/** Documents that somebody is connected to. */
export class Rooms {
  readonly #parts: RoomParts;
  readonly #rooms = new Map<string, Room>();

  constructor(parts: RoomParts) {
    this.#parts = parts;
  }

  enter(name: string, socket: WebSocket, visitor: Visitor): void {
    const room = this.#rooms.get(name) ?? new Room(name, this.#parts);
    this.#rooms.set(name, room);
    room.connections.add(new DocumentConnection({ ...visitor, socket, room, counters: this.#parts.counters }));
    socket.on('close', () => {
      if (room.connections.size === 0 && this.#rooms.get(name) === room) this.#rooms.delete(name);
    });
  }

  /** Applies what became of a team's members to the connections that are open. */
  review(team: string, permissionOf: (device: string) => Permission | null): void {
    for (const [name, { connections }] of this.#rooms) {
      if (teamOf(name) !== team) continue;
      for (const connection of connections) {
        if (connection.device === null) continue;
        const permission = permissionOf(connection.device);
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
