import type { WebSocket } from 'ws';
import { closeCode } from '@benchmate/shared/protocol/document-wire';

export interface Connected {
  /** Null with `--open`. */
  device: string | null;
  kind: 'document' | 'feeds';
  /** Of the document, or of the team. */
  name: string;
  address: string;
  since: number;
  backlogBytes: number;
}

/** Who is connected, for the operator. */
export class Connections {
  readonly #open = new Map<WebSocket, Omit<Connected, 'backlogBytes'>>();

  add(socket: WebSocket, connected: Omit<Connected, 'backlogBytes'>): void {
    this.#open.set(socket, connected);
    socket.once('close', () => this.#open.delete(socket));
  }

  all(): Connected[] {
    return [...this.#open].map(([{ bufferedAmount }, connected]) => ({ ...connected, backlogBytes: bufferedAmount }));
  }

  devices(): ReadonlySet<string> {
    return new Set([...this.#open.values()].flatMap(({ device }) => device ?? []));
  }

  /** Sends a device away. */
  revoke(device: string): void {
    this.#end(device, closeCode.forbidden, 'The operator of the sync server revoked this device.');
  }

  /** Sends a device to sign in again. */
  signedOut(device: string): void {
    this.#end(device, closeCode.unauthenticated, 'The sign-in for this device has ended.');
  }

  #end(device: string, code: number, reason: string): void {
    for (const [socket, connected] of this.#open) if (connected.device === device) socket.close(code, reason);
  }
}
