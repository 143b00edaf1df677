import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import type { Counters } from '../operations/counters.ts';
import type { Log } from '../operations/log.ts';
import type { Quotas } from '../quotas.ts';
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
import { Pace } from './pace.ts';
import { Presence } from './presence.ts';
import type { Room } from './room.ts';

export type Permission = 'read' | 'write';

export interface DocumentConnectionParts {
  socket: WebSocket;
  /** What `socket` writes to. It is not compressed, so whole frames may be written there as well, in order with its own. */
  stream: Duplex;
  room: Room;
  counters: Counters;
  quotas: Quotas;
  log: Log;
  /** Null with `--open`. */
  device: string | null;
  permission: Permission;
  acks: boolean;
}

const maxAwarenessBytes = 8192;
/** How long a reader that is cut off has for the close frame, which waits behind its backlog. */
const farewellMs = 500;

/** One client of one document, on the y-websocket wire. */
export class DocumentConnection {
  readonly device: string | null;
  permission: Permission;
  readonly #parts: DocumentConnectionParts;
  readonly #presence = new Presence();
  readonly #pace: Pace;
  /** Before its first sync step 2 a client gets no updates: the step 2 will hold them. */
  #phase: 'joining' | 'loading' | 'joined' = 'joining';
  #held: Uint8Array[] = [];
  /** Size of the last sync step 2, which a reader may take its time for. */
  #step2Bytes = 0;
  /** Settles when it is decided for every update so far whether it fits; null when none waits for that. */
  #deciding: Promise<void> | null = null;
  #taken = 0;
  /** Update frames that are committed while one before them is not. */
  readonly #ahead = new Set<number>();
  #committed = 0;
  #ackDue = false;
  #refused = false;
  #ended = false;

  constructor(parts: DocumentConnectionParts) {
    this.#parts = parts;
    this.device = parts.device;
    this.permission = parts.permission;
    const { socket, quotas } = parts;
    this.#pace = new Pace(socket, quotas);
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => this.#leave());
    socket.on('error', () => {}); // `close` follows
    void this.#greet();
  }

  /** An update by another client, as a whole WebSocket frame. */
  pass(frame: Uint8Array): void {
    if (this.#phase === 'joined') this.write(frame);
    else if (this.#phase === 'loading') this.#held.push(frame);
  }

  /** A whole WebSocket frame. */
  write(frame: Uint8Array): void {
    if (this.#keepsUp()) this.#parts.stream.write(frame);
  }

  send(bytes: Uint8Array): void {
    if (this.#keepsUp()) this.#parts.socket.send(bytes);
  }

  /** Whether it is open, and reads; who lags too far behind is sent away. */
  #keepsUp(): boolean {
    const { socket, counters, quotas } = this.#parts;
    if (socket.readyState !== socket.OPEN) return false;
    if (socket.bufferedAmount <= quotas.backlogBytes + this.#step2Bytes) return true;
    counters.laggards++;
    this.close(closeCode.tooSlow, 'You read too slowly; connect again.');
    setTimeout(() => socket.terminate(), farewellMs).unref();
    return false;
  }

  /** Asks for what is lacking here: the answer is a sync step 2. A reader's would be refused. */
  ask(stateVector: Uint8Array): void {
    if (this.permission === 'write') this.send(step1Frame(stateVector));
  }

  /** Nothing that comes afterwards is taken any more. */
  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    const { socket, room, log, device, counters } = this.#parts;
    if (code !== closeCode.goingAway) log('warn', 'connection-closed', { code, reason, document: room.name, device });
    counters.closed(code);
    socket.close(code, reason);
  }

  async #greet(): Promise<void> {
    const { room } = this.#parts;
    for (const peer of room.connections) {
      const greeting = peer === this ? null : peer.#presence.greeting();
      if (greeting) this.send(awarenessFrame(greeting));
    }
    try {
      this.send(step1Frame((await room.state()).stateVector));
    } catch (error) {
      this.#fail(error, 'read');
    }
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#ended) return;
    const { counters } = this.#parts;
    if (this.#pace.count((data as Buffer).length)) counters.rests++;
    let message: ClientFrame;
    try {
      if (!isBinary) throw new TypeError('text');
      message = decodeFrame(data as Buffer);
      if (message.kind === 'awareness') return this.#takeAwareness(message.states, data as Buffer);
    } catch {
      counters.malformed++;
      return this.close(closeCode.badRequest, 'Malformed frame.');
    }
    if (message.kind === 'step1') void this.#answer(message.stateVector);
    else if (message.kind === 'update') void this.#takeUpdate(message, data as Buffer);
  }

  async #answer(stateVector: Uint8Array): Promise<void> {
    const { room } = this.#parts;
    const first = this.#phase === 'joining';
    // From here on updates are held: one that comes before the state is read may be committed after it.
    if (first) this.#phase = 'loading';
    try {
      await this.#deciding;
      const step2 = step2Frame(await room.lacking(await room.state(), stateVector));
      this.#step2Bytes = step2.length;
      this.send(step2);
      if (!first) return;
      this.#phase = 'joined';
      for (const frame of this.#held.splice(0)) this.write(frame);
    } catch (error) {
      this.#fail(error, 'read');
    }
  }

  async #takeUpdate({ update, step2 }: ClientFrame & { kind: 'update' }, frame: Uint8Array): Promise<void> {
    const { room, counters, quotas } = this.#parts;
    const arrived = performance.now();
    const limit = step2 ? quotas.documentBytes : quotas.updateBytes;
    if (update.length > limit) return this.#overQuota(closeCode.tooLarge, `An update may have ${limit} bytes.`);
    if (!isUpdate(update)) {
      counters.malformed++;
      return this.close(closeCode.badRequest, 'Malformed update.');
    }
    if (this.permission !== 'write' && !isEmpty(update)) {
      counters.refused++;
      this.#refused = true;
      return this.send(deniedFrame('You may read this document, not change it.'));
    }
    const number = ++this.#taken;
    try {
      if (isEmpty(update)) await room.committed();
      else {
        const atOnce = this.#deciding === null && room.hasPlaceFor(update.length);
        if (!atOnce && !(await this.#decide(update.length)))
          return this.#overQuota(closeCode.full, `A document may have ${quotas.documentBytes} bytes.`);
        if (this.#ended) return; // one before it was refused
        await room.take(update, step2 ? updateFrame(update) : frame, this);
        counters.ackSeconds.observe((performance.now() - arrived) / 1000);
      }
    } catch (error) {
      return this.#fail(error, 'stored');
    }
    this.#ahead.add(number);
    const before = this.#committed;
    while (this.#ahead.delete(this.#committed + 1)) this.#committed++;
    if (this.#committed > before) this.#acknowledge();
  }

  /** One after the other, in the order in which they came. */
  #decide(bytes: number): Promise<boolean> {
    const before = this.#deciding ?? Promise.resolve();
    const fits = before.then(() => this.#parts.room.fits(bytes));
    const decided = fits
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        if (this.#deciding === decided) this.#deciding = null;
      });
    this.#deciding = decided;
    return fits;
  }

  #overQuota(code: number, reason: string): void {
    this.#parts.counters.overQuota++;
    this.close(code, reason);
  }

  #fail(error: unknown, what: 'read' | 'stored'): void {
    const { counters, log, room } = this.#parts;
    counters.storageFailures++;
    const full = error instanceof BenchmateError && error.code === 'DISK_FULL';
    log('error', 'storage-failed', { document: room.name, what, reason: String(error) });
    const reason = full ? 'The sync server has no space left.' : `The document could not be ${what} for now.`;
    this.close(closeCode.tryAgainLater, reason);
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
    this.#ended = true;
    room.connections.delete(this);
    const farewell = this.#presence.farewell();
    if (farewell) room.spread(awarenessFrame(farewell));
  }
}
