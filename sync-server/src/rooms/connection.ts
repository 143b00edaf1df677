import type { RawData, WebSocket } from 'ws';
import { closeCode, limits } from '@benchmate/shared/protocol/document-wire';
import type { Counters } from '../operations/counters.ts';
import {
  ackFrame,
  awarenessFrame,
  decodeFrame,
  deniedFrame,
  isEmpty,
  isUpdate,
  step1Frame,
  step2Frame,
  updateFrame,
  type ClientFrame,
} from './frames.ts';
import { Presence } from './presence.ts';
import { lacking, stateVectorOf, type Room } from './room.ts';

export type Permission = 'read' | 'write';

export interface DocumentConnectionParts {
  socket: WebSocket;
  room: Room;
  counters: Counters;
  /** Null with `--open`. */
  device: string | null;
  permission: Permission;
  acks: boolean;
}

const maxAwarenessBytes = 8192;
/** A reader that lags so far behind is cut off; it comes back and gets the document as it is then. */
const maxBacklogBytes = 64_000_000;

/** One client of one document, on the y-websocket wire. */
export class DocumentConnection {
  readonly device: string | null;
  permission: Permission;
  readonly #parts: DocumentConnectionParts;
  readonly #presence = new Presence();
  /** Before its first sync step 2 a client gets no updates: the step 2 will hold them. */
  #phase: 'joining' | 'loading' | 'joined' = 'joining';
  #held: Uint8Array[] = [];
  #committed = 0;
  #ackDue = false;
  #refused = false;

  constructor(parts: DocumentConnectionParts) {
    this.#parts = parts;
    this.device = parts.device;
    this.permission = parts.permission;
    const { socket } = parts;
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => this.#leave());
    socket.on('error', () => {}); // `close` follows
    void this.#greet();
  }

  /** An update by another client. */
  pass(bytes: Uint8Array): void {
    if (this.#phase === 'joined') this.send(bytes);
    else if (this.#phase === 'loading') this.#held.push(bytes);
  }

  send(bytes: Uint8Array): void {
    const { socket, counters } = this.#parts;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > maxBacklogBytes) {
      counters.laggards++;
      return socket.terminate();
    }
    socket.send(bytes);
  }

  close(code: number, reason: string): void {
    this.#parts.socket.close(code, reason);
  }

  async #greet(): Promise<void> {
    const { room } = this.#parts;
    for (const peer of room.connections) {
      const greeting = peer === this ? null : peer.#presence.greeting();
      if (greeting) this.send(awarenessFrame(greeting));
    }
    try {
      this.send(step1Frame(stateVectorOf(await room.state(() => {}))));
    } catch {
      this.close(1013, 'The document cannot be read now.');
    }
  }

  #receive(data: RawData, isBinary: boolean): void {
    let message: ClientFrame;
    try {
      if (!isBinary) throw new TypeError('text');
      message = decodeFrame(data as Buffer);
      if (message.kind === 'awareness') return this.#takeAwareness(message.states, data as Buffer);
    } catch {
      this.#parts.counters.malformed++;
      return this.close(closeCode.badRequest, 'Malformed frame.');
    }
    if (message.kind === 'step1') void this.#answer(message.stateVector);
    else if (message.kind === 'update') void this.#takeUpdate(message, data as Buffer);
  }

  async #answer(stateVector: Uint8Array): Promise<void> {
    const first = this.#phase === 'joining';
    // From here on updates are held: one that comes before the state is read may be committed after it.
    if (first) this.#phase = 'loading';
    try {
      const state = await this.#parts.room.state(() => {});
      this.send(step2Frame(lacking(state, stateVector)));
      if (!first) return;
      this.#phase = 'joined';
      for (const bytes of this.#held.splice(0)) this.send(bytes);
    } catch {
      this.close(1013, 'The document cannot be read now.');
    }
  }

  async #takeUpdate({ update, step2 }: ClientFrame & { kind: 'update' }, frame: Uint8Array): Promise<void> {
    const { room, counters } = this.#parts;
    const limit = step2 ? limits.documentBytes : limits.updateBytes;
    if (update.length > limit) return this.close(closeCode.tooLarge, `An update may have ${limit} bytes.`);
    if (!isUpdate(update)) {
      counters.malformed++;
      return this.close(closeCode.badRequest, 'Malformed update.');
    }
    if (this.permission !== 'write' && !isEmpty(update)) {
      counters.refused++;
      this.#refused = true;
      return this.send(deniedFrame('You may read this document, not change it.'));
    }
    try {
      if (isEmpty(update)) await room.committed();
      else await room.take(update, step2 ? updateFrame(update) : frame, this);
    } catch {
      return this.close(1013, 'The update could not be stored.');
    }
    this.#committed++;
    this.#acknowledge();
  }

  /** One frame for all updates of one commit. After a refusal the count would no longer say which, so it stands still. */
  #acknowledge(): void {
    if (!this.#parts.acks || this.#ackDue || this.#refused) return;
    this.#ackDue = true;
    queueMicrotask(() => {
      this.#ackDue = false;
      this.send(ackFrame(this.#committed));
    });
  }

  #takeAwareness(states: Uint8Array, frame: Uint8Array): void {
    if (states.length > maxAwarenessBytes) return;
    this.#presence.take(states);
    this.#parts.room.spread(frame);
  }

  #leave(): void {
    const { room } = this.#parts;
    room.connections.delete(this);
    const farewell = this.#presence.farewell();
    if (farewell) room.spread(awarenessFrame(farewell));
  }
}
