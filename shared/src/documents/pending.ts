import * as Y from 'yjs';

/**
 * Whether an update that was applied waits for one that is missing. Yjs parks such updates without saying so, and all
 * later ones of that author with them: after each apply, ask, and if so ask the sender for what the state vector lacks.
 */
export function hasPending(doc: Y.Doc): boolean {
  return doc.store.pendingStructs !== null || doc.store.pendingDs !== null;
}

/** An update of which a part waits for a missing one. */
export interface Parked {
  update: Uint8Array;
  /** Some of its deletions wait. */
  deletions: boolean;
}

/**
 * Applies an update; null when all of it is in the document, whatever else waits there: what somebody lost for ever must not
 * keep the others waiting. Throws for malformed bytes.
 */
export function applyOrPark(doc: Y.Doc, update: Uint8Array, origin: unknown): Parked | null {
  const before = doc.store.pendingDs;
  Y.applyUpdate(doc, update, origin);
  if (!hasPending(doc)) return null;
  const parked = { update, deletions: !sameBytes(before, doc.store.pendingDs) };
  return isParked(doc, parked) ? parked : null;
}

/** Whether it waits still. */
export function isParked({ store }: Y.Doc, { update, deletions }: Parked): boolean {
  if (deletions && store.pendingDs !== null) return true;
  return [...Y.parseUpdateMeta(update).to].some(([client, end]) => Y.getState(store, client) < end);
}

const sameBytes = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === b || (a !== null && b !== null && a.length === b.length && a.every((byte, at) => byte === b[at]));
