import { readVarUint, createDecoder } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarUint } from 'lib0/encoding';
import { readAuthMessage } from 'y-protocols/auth';
import { messageYjsSyncStep2, messageYjsUpdate, writeSyncStep1 } from 'y-protocols/sync';
import { WebsocketProvider } from 'y-websocket';
import { hasPending } from '@benchmate/shared/documents/pending';
import { closeCode, frame } from '@benchmate/shared/protocol/document-wire';
import type { DocumentHub, OpenDocument } from '../documents/hub.ts';
import { socketUrl } from './access.ts';
import { longestMs } from './backoff.ts';
import { documentProtocols, SyncSocket } from './socket.ts';

export interface DocumentLinkParts {
  hub: DocumentHub;
  documentId: string;
  serverUrl: string;
  /** The server committed the updates of this device up to that number. */
  shared: (number: number) => void;
  /** The server wants a new ticket (`unauthenticated`), or does not let this device have the document. */
  closed: (why: 'unauthenticated' | 'refused', reason: string, code: number) => void;
  /** Updates are missing in between and were asked for. */
  gap: () => void;
}

/** Types below are left aside when nobody here knows them: a later version of the sync server may send more. */
const setAsideBelow = 64;

/**
 * Replicates one document through a stock y-websocket provider, and knows which updates the server has committed.
 *
 * The server acknowledges by counting the update frames of a connection. So each frame sent is noted with the number of
 * the latest local update that it covers: a sync step 2 holds everything the server lacks, a later update frame
 * everything up to itself.
 */
export class DocumentLink {
  readonly #parts: DocumentLinkParts;
  readonly #document: OpenDocument;
  readonly #provider: WebsocketProvider;
  #covered: number[] = [];
  #acknowledgedFrames = 0;
  #step2Sent = false;
  #askedForState = false;
  /** After an update that was too large everything went into one sync step 2, and is not acknowledged yet. */
  #sentWhole = false;

  constructor(parts: DocumentLinkParts) {
    this.#parts = parts;
    this.#document = parts.hub.open(parts.documentId);
    const { doc, awareness } = this.#document;
    const begin = () => this.#begin();
    const maySend = (data: Uint8Array) => this.#maySend(data);
    // The provider takes half a minute of silence for a dead line; a pong is a sign of life, too.
    const alive = () => (this.#provider.wsLastMessageReceived = Date.now());
    class ObservedSocket extends SyncSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        begin();
        this.on('pong', alive);
      }
      override send(data: Uint8Array): void {
        if (maySend(data)) super.send(data);
      }
    }
    this.#provider = new WebsocketProvider(socketUrl(parts.serverUrl), parts.documentId, doc, {
      connect: false,
      awareness,
      disableBc: true,
      maxBackoffTime: longestMs,
      // The parts of a browser's WebSocket that the provider uses are the same in `ws`.
      WebSocketPolyfill: ObservedSocket as unknown as typeof globalThis.WebSocket,
    });
    // It says goodbye for an awareness state that an engine does not have; one listener per document would add up.
    process.off('exit', this.#provider['_exitHandler']);
    parts.hub.markRemote(this.#provider);
    this.#provider.messageHandlers[frame.ack] = (_encoder, decoder) => this.#acknowledged(readVarUint(decoder));
    const takeSync = this.#provider.messageHandlers[frame.sync]!;
    this.#provider.messageHandlers[frame.sync] = (encoder, decoder, ...rest) => {
      takeSync(encoder, decoder, ...rest);
      if (!hasPending(doc)) this.#askedForState = false;
      else if (!this.#askedForState) this.#askForState();
    };
    this.#provider.messageHandlers[frame.auth] = (_encoder, decoder) =>
      readAuthMessage(decoder, doc, (_doc, reason) => parts.closed('refused', reason, closeCode.forbidden));
    // The provider would complain on the console about each frame of a later version.
    for (let type = 0; type < setAsideBelow; type++) this.#provider.messageHandlers[type] ??= () => {};
    this.#provider.on('closed', ({ code, reason }) => this.#closed(code, reason));
  }

  get connected(): boolean {
    return this.#provider.wsconnected;
  }

  /** Connects, or goes on with a new ticket; a lost connection comes back by itself until `disconnect`. */
  connect(ticket: string): void {
    this.#provider.protocols = documentProtocols(ticket);
    this.#provider.wsUnsuccessfulReconnects = 0;
    this.#provider.connect();
  }

  disconnect(): void {
    this.#provider.disconnect();
  }

  /** Begins anew, also where it is connected: what was refused is sent again. */
  reconnect(ticket: string): void {
    this.#provider.disconnect();
    this.connect(ticket);
  }

  dispose(): void {
    this.#provider.destroy();
    this.#document.release();
  }

  #closed(code: number, reason: string): void {
    // An update may be too large as one, and not as part of the sync step 2 of the next connection.
    if (code === closeCode.tooLarge && this.#step2Sent && !this.#sentWhole) {
      this.#sentWhole = true;
      return this.#provider.connect();
    }
    this.#sentWhole = false;
    this.#parts.closed(code === closeCode.unauthenticated ? 'unauthenticated' : 'refused', reason, code);
  }

  #begin(): void {
    this.#covered = [];
    this.#acknowledgedFrames = 0;
    this.#step2Sent = false;
    this.#askedForState = false;
  }

  /**
   * Notes what a frame covers. An update that is written before the sync step 2 of its connection goes along with that: sent ahead it
   * might rest on what the server lacks, and if this device never came back all others would wait for that for ever.
   */
  #maySend(data: Uint8Array): boolean {
    const decoder = createDecoder(new Uint8Array(data));
    if (readVarUint(decoder) !== frame.sync) return true;
    const type = readVarUint(decoder);
    if (type === messageYjsSyncStep2) this.#step2Sent = true;
    if (type !== messageYjsSyncStep2 && type !== messageYjsUpdate) return true;
    if (this.#step2Sent) this.#covered.push(this.#document.latestLocal());
    return this.#step2Sent;
  }

  #acknowledged(frames: number): void {
    if (frames > 0) this.#sentWhole = false;
    const covered = this.#covered.splice(0, frames - this.#acknowledgedFrames).at(-1);
    this.#acknowledgedFrames = Math.max(this.#acknowledgedFrames, frames);
    if (covered !== undefined) this.#parts.shared(covered);
  }

  /** Once per gap: the server may lack the same updates, and brings them when it gets them. */
  #askForState(): void {
    this.#askedForState = true;
    this.#parts.gap();
    const encoder = createEncoder();
    writeVarUint(encoder, frame.sync);
    writeSyncStep1(encoder, this.#document.doc);
    this.#provider.ws?.send(toUint8Array(encoder));
  }
}
