import { createDecoder, readVarUint, readVarUint8Array, type Decoder } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array, type Encoder } from 'lib0/encoding';
import { writePermissionDenied } from 'y-protocols/auth';
import { applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness';
import { messageYjsSyncStep1, writeSyncStep1, writeSyncStep2, writeUpdate } from 'y-protocols/sync';
import { applyOrPark, isParked, type Parked } from '@benchmate/shared/documents/pending';
import { closeCode, frame, limits } from '@benchmate/shared/protocol/document-wire';
import type { OpenDocument } from './hub.ts';

const pingEveryMs = 30_000;
const bufferedLimitBytes = 32_000_000;

/** What of a WebSocket is used here: one of `ws`, or one inside a browser's page. */
export interface EditorSocket {
  readonly readyState: number;
  readonly OPEN: number;
  readonly bufferedAmount: number;
  binaryType: 'nodebuffer' | 'arraybuffer' | 'fragments' | 'blob';
  send: (bytes: Uint8Array) => void;
  close: (code?: number, reason?: string) => void;
  terminate: () => void;
  ping: () => void;
  on: (event: 'message' | 'pong' | 'error' | 'close', listener: (data: Buffer) => void) => unknown;
}

export interface LocalSocketOptions {
  /** The editor offered acknowledgements. */
  acks: boolean;
  /** Whether this device may change the document; asked for each update. */
  mayWrite: () => boolean;
}

/**
 * Speaks the y-websocket wire (shared/src/protocol/document-wire.ts) with one local editor and releases the document
 * when the socket closes.
 *
 * A sync step 1 is answered, and an update acknowledged, only after every update received before it on this socket is
 * committed. While updates of this editor are missing in between, it is asked for them and acknowledgements wait; a gap in what somebody
 * else wrote is no reason to wait.
 */
export function serveDocument(socket: EditorSocket, document: OpenDocument, options: LocalSocketOptions): void {
  const { doc, awareness } = document;
  const clients = new Set<number>();
  let received = 0;
  /** Updates of this editor that wait for a missing one: an acknowledgement would cover them. */
  let waiting: Parked[] = [];
  let alive = true;

  const send = (write: (encoder: Encoder) => void) => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > bufferedLimitBytes) return socket.close(1013, 'too slow'); // it resyncs when it is back
    const encoder = createEncoder();
    write(encoder);
    socket.send(toUint8Array(encoder));
  };
  const askForState = () =>
    send(encoder => {
      writeVarUint(encoder, frame.sync);
      writeSyncStep1(encoder, doc);
    });
  const sendAwareness = (changed: number[]) =>
    send(encoder => {
      writeVarUint(encoder, frame.awareness);
      writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, changed));
    });

  /** False when the disk refused it: the socket closes without an acknowledgement, and the editor still has its update. */
  const committed = () =>
    document.committed().then(
      () => true,
      () => (socket.close(1011, 'cannot save'), false),
    );

  const onUpdate = (update: Uint8Array, origin: unknown) => {
    if (origin === socket) return;
    send(encoder => {
      writeVarUint(encoder, frame.sync);
      writeUpdate(encoder, update);
    });
  };
  /** Also to the editor that it came from: y-websocket takes an echo as the sign that the connection lives. */
  const onAwareness = (change: { added: number[]; updated: number[]; removed: number[] }, origin: unknown) => {
    if (origin === socket) for (const client of change.added) clients.add(client);
    if (origin === socket) for (const client of change.removed) clients.delete(client);
    sendAwareness([...change.added, ...change.updated, ...change.removed]);
  };

  /** Every editor answers the greeting with a step 2: one without content asks for nothing. */
  const deny = (update: Uint8Array) => {
    if (isEmptyUpdate(update)) return;
    send(encoder => {
      writeVarUint(encoder, frame.auth);
      writePermissionDenied(encoder, 'You may read this document, not change it.');
    });
  };

  const onSync = async (decoder: Decoder) => {
    if (readVarUint(decoder) === messageYjsSyncStep1) {
      const vector = readVarUint8Array(decoder);
      if (!(await committed())) return;
      return send(encoder => {
        writeVarUint(encoder, frame.sync);
        writeSyncStep2(encoder, doc, vector);
      });
    }
    if (!options.mayWrite()) return deny(readVarUint8Array(decoder));
    const parked = applyOrPark(doc, readVarUint8Array(decoder), socket);
    const upTo = ++received;
    waiting = [...waiting, ...(parked ? [parked] : [])].filter(update => isParked(doc, update));
    if (waiting.length > 0) return askForState();
    if (!(await committed()) || !options.acks) return;
    send(encoder => {
      writeVarUint(encoder, frame.ack);
      writeVarUint(encoder, upTo);
    });
  };

  const onMessage = async (bytes: Uint8Array) => {
    const decoder = createDecoder(bytes);
    const type = readVarUint(decoder);
    if (type === frame.sync) return onSync(decoder);
    if (type === frame.queryAwareness) return sendAwareness([...awareness.getStates().keys()]);
    if (type === frame.awareness) applyAwarenessUpdate(awareness, readVarUint8Array(decoder), socket);
  };

  socket.binaryType = 'nodebuffer';
  socket.on('message', (data: Buffer) => {
    if (data.byteLength > limits.updateBytes * 50) return socket.close(closeCode.tooLarge, 'update too large');
    onMessage(new Uint8Array(data)).catch(() => socket.close(closeCode.badRequest, 'not a frame of this protocol'));
  });
  socket.on('pong', () => (alive = true));
  const ping = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, pingEveryMs);
  doc.on('update', onUpdate);
  awareness.on('update', onAwareness);
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearInterval(ping);
    doc.off('update', onUpdate);
    awareness.off('update', onAwareness);
    removeAwarenessStates(awareness, [...clients], 'closed');
    document.release();
  });

  askForState();
  if (awareness.getStates().size > 0) sendAwareness([...awareness.getStates().keys()]);
}

/** No structs and no deletions. */
const isEmptyUpdate = (update: Uint8Array) => update.length === 2 && update[0] === 0 && update[1] === 0;
