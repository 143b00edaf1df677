import * as Y from 'yjs';

/** What a Yjs document without content encodes to. */
export const emptyUpdate: Uint8Array = new Uint8Array([0, 0]);

export interface Merged {
  /** All parts as one update. */
  state: Uint8Array;
  stateVector: Uint8Array;
}

/** Parts of a document as one update; deleted content stays in it. */
export function merge(parts: readonly Uint8Array[]): Merged {
  const state = parts.length === 0 ? emptyUpdate : parts.length === 1 ? parts[0]! : Y.mergeUpdates([...parts]);
  return { state, stateVector: Y.encodeStateVectorFromUpdate(state) };
}

/** What a client with `stateVector` lacks of `state`. */
export const lacking = (state: Uint8Array, stateVector: Uint8Array): Uint8Array =>
  stateVector.length === 1 && stateVector[0] === 0 ? state : Y.diffUpdate(state, stateVector);

/**
 * Parts of a document as one update, as small as it gets: deleted content is collected. What waits for updates that are still
 * missing stays in it. When loading it again would not give the very same document, the merely merged parts are the result.
 */
export function compact(parts: readonly Uint8Array[]): Merged {
  try {
    const doc = load(parts);
    const state = Y.encodeStateAsUpdate(doc);
    const again = load([state]);
    const same = Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(again)) && pending(doc) === pending(again);
    doc.destroy();
    again.destroy();
    if (same) return { state, stateVector: Y.encodeStateVectorFromUpdate(state) };
  } catch {
    // A hostile client can make an update that decodes and does not integrate: it stays as it came.
  }
  return merge(parts);
}

function load(parts: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const part of parts) Y.applyUpdate(doc, part);
  });
  return doc;
}

const pending = ({ store }: Y.Doc): boolean => store.pendingStructs !== null || store.pendingDs !== null;
