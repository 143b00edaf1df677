import type * as Y from 'yjs';
import { diffArrays } from 'diff';

export const noteBody = (doc: Y.Doc): string => doc.getText('body').toJSON();

/** Makes a note's body `text` by the smallest changes, so that what a teammate edits elsewhere in it survives. */
export function writeNote(doc: Y.Doc, text: string, origin?: unknown): void {
  const body = doc.getText('body');
  if (body.toJSON() !== text) doc.transact(() => replaceText(body, text), origin);
}

/** Longest middle part, in code units, for which words are compared; a larger one is replaced as a whole. */
const maxCompared = 200_000;

/** Turns `target` into `text`: common start and end stay, between them only the words that differ are replaced. */
export function replaceText(target: Y.Text, text: string): void {
  const current = target.toJSON();
  const start = commonStart(current, text);
  const end = commonEnd(current, text, start);
  const before = current.slice(start, current.length - end);
  const after = text.slice(start, text.length - end);
  if (before.length + after.length > maxCompared) return splice(target, start, before.length, after);
  const changes = diffArrays(wordsOf(before), wordsOf(after), { timeout: 500 });
  if (!changes) return splice(target, start, before.length, after);
  let index = start;
  for (const { value, added, removed } of changes) {
    const words = value.join('');
    if (removed) {
      target.delete(index, words.length);
      continue;
    }
    if (added) target.insert(index, words);
    index += words.length;
  }
}

function splice(target: Y.Text, index: number, deleted: number, inserted: string): void {
  if (deleted > 0) target.delete(index, deleted);
  if (inserted !== '') target.insert(index, inserted);
}

/** Words, runs of blanks, single other characters: whole code points, so that no surrogate pair is torn. */
const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];

function commonStart(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return tears(a, length) || tears(b, length) ? length - 1 : length;
}

function commonEnd(a: string, b: string, start: number): number {
  const limit = Math.min(a.length, b.length) - start;
  let length = 0;
  while (length < limit && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length++;
  return tears(a, a.length - length) || tears(b, b.length - length) ? length - 1 : length;
}

/** Whether cutting at `index` would part a surrogate pair. */
const tears = (text: string, index: number): boolean =>
  index > 0 && index < text.length && /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(index - 1, index + 1));
