import { createDecoder, readVarUint } from 'lib0/decoding';
import { messageYjsSyncStep2, messageYjsUpdate } from 'y-protocols/sync';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { acksSubprotocol, frame } from '@benchmate/shared/protocol/document-wire';
import { SyncSocket } from '../../desktop/engine/src/replication/sync/socket.ts';

/**
 * Somebody who writes into a document through a bad line: the stock provider, which keeps in memory what is not shared yet, and the
 * count of acknowledgements as the engine keeps it. What it wrote carries marks that nobody takes away.
 */
export class StormWriter {
  readonly doc = new Y.Doc();
  readonly name: string;
  readonly marks: string[] = [];
  readonly #provider: WebsocketProvider;
  /** How many of `marks` the server said it has committed. */
  #acknowledged = 0;
  /** Per frame sent on this connection and not acknowledged: how many marks it covers for certain. */
  #covered: (number | null)[] = [];
  #frames = 0;
  #step2Sent = false;

  constructor(name: string, url: string, document: string) {
    this.name = name;
    const begin = () => {
      this.#covered = [];
      this.#frames = 0;
      this.#step2Sent = false;
    };
    const sent = (data: Uint8Array) => this.#sent(data);
    class ObservedSocket extends SyncSocket {
      constructor(to: string) {
        super(to, [acksSubprotocol]);
        begin();
      }
      override send(data: Uint8Array): void {
        sent(data);
        super.send(data);
      }
    }
    this.#provider = new WebsocketProvider(url.replace('http', 'ws'), document, this.doc, {
      disableBc: true,
      maxBackoffTime: 2500,
      WebSocketPolyfill: ObservedSocket as unknown as typeof globalThis.WebSocket,
    });
    process.off('exit', this.#provider['_exitHandler']); // one listener for each would add up
    this.#provider.messageHandlers[frame.ack] = (_encoder, decoder) => this.#taken(readVarUint(decoder));
  }

  get isConnected(): boolean {
    return this.#provider.wsconnected && this.#provider.synced;
  }

  get acknowledged(): readonly string[] {
    return this.marks.slice(0, this.#acknowledged);
  }

  /** One transaction: a mark by its key, and the same as a word at the beginning or the end of the text, where others write, too. */
  write(atEnd: boolean): void {
    const mark = `${this.name}.${this.marks.length}`;
    this.marks.push(mark);
    this.doc.transact(() => {
      const body = this.doc.getText('body');
      body.insert(atEnd ? body.length : 0, `${mark} `);
      this.doc.getMap('marks').set(mark, true);
    });
  }

  close(): void {
    this.#provider.destroy();
    this.doc.destroy();
  }

  #sent(data: Uint8Array): void {
    const decoder = createDecoder(new Uint8Array(data));
    if (readVarUint(decoder) !== frame.sync) return;
    const type = readVarUint(decoder);
    if (type === messageYjsSyncStep2) this.#step2Sent = true;
    if (type !== messageYjsSyncStep2 && type !== messageYjsUpdate) return;
    this.#covered.push(this.#step2Sent ? this.marks.length : null);
  }

  #taken(frames: number): void {
    const covered = this.#covered.splice(0, frames - this.#frames).at(-1);
    this.#frames = Math.max(this.#frames, frames);
    this.#acknowledged = Math.max(this.#acknowledged, covered ?? 0);
  }
}

/** Marks that are not in a document, or not exactly once in its text: lost, or silently overwritten. */
export function missingIn(doc: Y.Doc, marks: Iterable<string>): string[] {
  const counts = new Map<string, number>();
  for (const word of doc.getText('body').toJSON().split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1);
  const held = doc.getMap('marks');
  return [...marks].filter(mark => !held.has(mark) || counts.get(mark) !== 1);
}
