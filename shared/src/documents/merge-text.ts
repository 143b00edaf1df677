import * as Y from 'yjs';
import { replaceText } from './note-document.ts';

/**
 * `edited` was made from `base` while the text became `current`: all three as one, in which both edits are. Where both
 * changed the same words, both versions stay side by side, as with any edit made apart.
 */
export function mergeText(base: string, current: string, edited: string): string {
  if (base === current || current === edited) return edited;
  const origin = docOf(1, base);
  const state = Y.encodeStateAsUpdate(origin);
  const [theirs, ours] = [docOf(2, '', state), docOf(3, '', state)];
  replaceText(theirs.getText(), current);
  replaceText(ours.getText(), edited);
  Y.applyUpdate(theirs, Y.encodeStateAsUpdate(ours));
  return theirs.getText().toJSON();
}

function docOf(clientId: number, text: string, state?: Uint8Array): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = clientId; // fixed, so that the same three texts always give the same fourth
  if (state) Y.applyUpdate(doc, state);
  else doc.getText().insert(0, text);
  return doc;
}
