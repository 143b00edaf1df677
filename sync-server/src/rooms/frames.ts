import { createDecoder, hasContent, readTailAsUint8Array, readVarUint, readVarUint8Array } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarString, writeVarUint, writeVarUint8Array } from 'lib0/encoding';
import * as Y from 'yjs';
import { frame } from '@benchmate/shared/protocol/document-wire';

const sync = { step1: 0, step2: 1, update: 2 } as const;

/** What a client sent; see shared/src/protocol/document-wire.ts. */
export type ClientFrame =
  | { kind: 'step1'; stateVector: Uint8Array }
  | { kind: 'update'; update: Uint8Array; step2: boolean }
  | { kind: 'awareness'; states: Uint8Array }
  | { kind: 'query-awareness' };

/** Throws for anything that is not a frame of the wire. The bytes of an update are checked by `isUpdate`. */
export function decodeFrame(data: Uint8Array): ClientFrame {
  const decoder = createDecoder(data);
  const type = readVarUint(decoder);
  if (type === frame.queryAwareness) return { kind: 'query-awareness' };
  if (type === frame.awareness) return { kind: 'awareness', states: readVarUint8Array(decoder) };
  if (type !== frame.sync) throw new RangeError(`unknown frame type ${type}`);
  const step = readVarUint(decoder);
  const body = readVarUint8Array(decoder);
  if (hasContent(decoder)) throw new RangeError(`${readTailAsUint8Array(decoder).length} bytes too many`);
  if (step === sync.step1) {
    Y.decodeStateVector(body);
    return { kind: 'step1', stateVector: body };
  }
  if (step === sync.step2 || step === sync.update) return { kind: 'update', update: body, step2: step === sync.step2 };
  throw new RangeError(`unknown sync step ${step}`);
}

/** Whether bytes are a whole Yjs update: one that is not would spoil the document for everybody once it is merged. */
export function isUpdate(update: Uint8Array): boolean {
  try {
    Y.decodeUpdate(update);
    return true;
  } catch {
    return false;
  }
}

/** The update of a document that has nothing to say. */
export const isEmpty = (update: Uint8Array): boolean => update.length === 2 && update[0] === 0 && update[1] === 0;

export const step1Frame = (stateVector: Uint8Array): Uint8Array => syncFrame(sync.step1, stateVector);
export const step2Frame = (update: Uint8Array): Uint8Array => syncFrame(sync.step2, update);
export const updateFrame = (update: Uint8Array): Uint8Array => syncFrame(sync.update, update);

export function awarenessFrame(states: Uint8Array): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, frame.awareness);
  writeVarUint8Array(encoder, states);
  return toUint8Array(encoder);
}

export function ackFrame(committed: number): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, frame.ack);
  writeVarUint(encoder, committed);
  return toUint8Array(encoder);
}

/** y-protocols/auth: permission denied. A stock client logs the reason. */
export function deniedFrame(reason: string): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, frame.auth);
  writeVarUint(encoder, 0);
  writeVarString(encoder, reason);
  return toUint8Array(encoder);
}

function syncFrame(step: number, body: Uint8Array): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, frame.sync);
  writeVarUint(encoder, step);
  writeVarUint8Array(encoder, body);
  return toUint8Array(encoder);
}
