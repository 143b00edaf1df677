import * as Y from 'yjs';

/**
 * Whether an update that was applied waits for one that is missing. Yjs parks such updates without saying so, and all
 * later ones of that author with them: after each apply, ask, and if so ask the sender for what the state vector lacks.
 */
export function hasPending(doc: Y.Doc): boolean {
  return doc.store.pendingStructs !== null || doc.store.pendingDs !== null;
}

/** Applies an update; false when the document now waits for a missing one (resync by state vector). Throws for malformed bytes. */
export function applyComplete(doc: Y.Doc, update: Uint8Array, origin: unknown): boolean {
  Y.applyUpdate(doc, update, origin);
  return !hasPending(doc);
}
