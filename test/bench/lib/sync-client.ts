import { once } from 'node:events';
import { createDecoder, readVarString, readVarUint, readVarUint8Array } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarString, writeVarUint, writeVarUint8Array } from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { acksSubprotocol } from '@benchmate/shared/protocol/document-wire';
import type { SyncArm } from './sync-arms.ts';

const hocuspocusAuth = 2;
const acknowledgement = 8;

/** A client that costs as little as can be, alike for every server: it reads frames and applies nothing. */
export class SyncClient {
  /** Called with the bytes of each update by others. */
  onUpdate: (update: Uint8Array) => void = () => {};
  /** Called with how many of this client's updates are acknowledged. */
  onAcknowledged: (count: number) => void = () => {};
  readonly #arm: SyncArm;
  readonly #room: string;
  readonly #socket: WebSocket;
  #acknowledged = 0;
  #joined: (state: Uint8Array) => void = () => {};

  private constructor(arm: SyncArm, room: string) {
    this.#arm = arm;
    this.#room = room;
    const url = arm.url.replace('http', 'ws');
    this.#socket = new WebSocket(
      arm.prefixed ? url : `${url}/${room}`,
      arm.name === 'benchmate-sync' ? [acksSubprotocol] : [],
      {
        perMessageDeflate: false,
        maxPayload: 200_000_000,
      },
    );
    this.#socket.on('message', data => this.#receive(data as Buffer));
    this.#socket.on('error', () => {});
  }

  /** Connected, and given the document as `state`. */
  static async join(arm: SyncArm, room: string): Promise<{ client: SyncClient; state: Uint8Array }> {
    const client = new SyncClient(arm, room);
    const joined = new Promise<Uint8Array>((resolve, reject) => {
      client.#joined = resolve;
      client.#socket.once('close', code => reject(new Error(`${arm.name} closed with ${code}`)));
    });
    await Promise.race([once(client.#socket, 'open'), joined]);
    if (arm.prefixed)
      client.#send(encoder => {
        writeVarUint(encoder, hocuspocusAuth);
        writeVarUint(encoder, 0);
        writeVarString(encoder, 'token');
      });
    client.#sync(0, Y.encodeStateVector(new Y.Doc()));
    return { client, state: await joined };
  }

  send(update: Uint8Array): void {
    this.#sync(2, update);
  }

  close(): void {
    this.#socket.terminate();
  }

  #sync(step: number, body: Uint8Array): void {
    this.#send(encoder => {
      writeVarUint(encoder, 0);
      writeVarUint(encoder, step);
      writeVarUint8Array(encoder, body);
    });
  }

  #send(write: (encoder: ReturnType<typeof createEncoder>) => void): void {
    const encoder = createEncoder();
    if (this.#arm.prefixed) writeVarString(encoder, this.#room);
    write(encoder);
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(toUint8Array(encoder));
  }

  #receive(data: Buffer): void {
    const decoder = createDecoder(data);
    if (this.#arm.prefixed) readVarString(decoder);
    const type = readVarUint(decoder);
    if (type === acknowledgement && this.#arm.acknowledges) {
      const value = readVarUint(decoder);
      this.#acknowledged = this.#arm.prefixed ? this.#acknowledged + value : value;
      return this.onAcknowledged(this.#acknowledged);
    }
    if (type !== 0) return;
    const step = readVarUint(decoder);
    const body = readVarUint8Array(decoder);
    if (step === 1) this.#joined(body);
    else if (step === 2) this.onUpdate(body);
  }
}
