import * as Y from 'yjs';
import type { DocumentHub } from './hub.ts';

/** One change of one document. */
export interface DocumentEdit {
  documentId: string;
  edit: (doc: Y.Doc) => void;
}

/** What an edit would change now, without changing it: an update that means the same whenever and however often it is applied. */
export function updateOf(hub: DocumentHub, { documentId, edit }: DocumentEdit): Uint8Array {
  const copy = new Y.Doc();
  try {
    Y.applyUpdate(copy, hub.read(documentId, Y.encodeStateAsUpdate));
    const before = Y.encodeStateVector(copy);
    edit(copy);
    return Y.encodeStateAsUpdate(copy, before);
  } finally {
    copy.destroy();
  }
}
