import * as Y from 'yjs';

const rounds = 5;

/**
 * A document's state as bytes that are the same wherever the state is the same. What waits for something missing is no state,
 * and left out. Yjs promises no order of pieces that were cut differently, so the state is taken into a new document until
 * that changes nothing any more.
 */
export function canonicalState(doc: Y.Doc): Uint8Array {
  let state = Y.encodeStateAsUpdate(doc);
  for (let round = 0; round < rounds; round++) {
    const again = retaken(state);
    if (sameBytes(state, again)) return again;
    state = again;
  }
  return state;
}

/** Several states, or parts of one, as one document. Throws for malformed bytes. */
export function documentOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  return doc;
}

function retaken(state: Uint8Array): Uint8Array {
  const doc = documentOf([state]);
  doc.store.pendingStructs = null;
  doc.store.pendingDs = null;
  const again = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return again;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
