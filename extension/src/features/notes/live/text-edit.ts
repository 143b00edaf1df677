/** Puts `inserted` in the place of `deleted` code units at `offset`; of several, each stands in the text that the former ones left. */
export interface TextEdit {
  offset: number;
  deleted: number;
  inserted: string;
}

/** What an editor tells of a change: `vscode.TextDocumentContentChangeEvent`. */
interface EditorChange {
  rangeOffset: number;
  rangeLength: number;
  range: { start: { line: number }; end: { line: number } };
  text: string;
}

/** A text as an editor shows it: every line ends in `\n`. */
export const withPlainEnds = (text: string): string => (text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text);

/** A change of an editor whose lines end in `endLength` characters, as one of the text with plain ends. */
export function editOf({ rangeOffset, rangeLength, range, text }: EditorChange, endLength: number): TextEdit {
  const longer = endLength - 1;
  return {
    offset: rangeOffset - range.start.line * longer,
    deleted: rangeLength - (range.end.line - range.start.line) * longer,
    inserted: withPlainEnds(text),
  };
}

export const applyEdit = (text: string, { offset, deleted, inserted }: TextEdit): string =>
  text.slice(0, offset) + inserted + text.slice(offset + deleted);

/** The one edit that makes `after` of `before`, as small as it can be without parting a surrogate pair; null where nothing differs. */
export function editBetween(before: string, after: string): TextEdit | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  if (tears(before, start) || tears(after, start)) start--;
  let end = 0;
  const most = shorter - start;
  while (end < most && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++;
  if (tears(before, before.length - end) || tears(after, after.length - end)) end--;
  return {
    offset: start,
    deleted: before.length - end - start,
    inserted: after.slice(start, after.length - end),
  };
}

/** The same edit, taking in whole characters where it would part a surrogate pair of `text`. */
export function wholeEdit(text: string, { offset, deleted, inserted }: TextEdit): TextEdit {
  const end = offset + deleted;
  const [before, after] = [tears(text, offset) ? 1 : 0, tears(text, end) ? 1 : 0];
  return {
    offset: offset - before,
    deleted: deleted + before + after,
    inserted: text.slice(offset - before, offset) + inserted + text.slice(end, end + after),
  };
}

/** Where a place of the text with plain ends is in the text as it is written. */
export function writtenOffset(text: string, offset: number): number {
  if (!text.includes('\r')) return offset;
  let at = 0;
  for (let shown = 0; shown < offset && at < text.length; shown++)
    at += text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) === 10 ? 2 : 1;
  return at;
}

/** Where a place of the text as it is written is in the text with plain ends. */
export const shownOffset = (text: string, offset: number): number =>
  text.includes('\r') ? withPlainEnds(text.slice(0, offset)).length : offset;

/** A text in parts of at most `most` code units, none of which ends in half a character. */
export function piecesOf(text: string, most: number): string[] {
  const pieces: string[] = [];
  for (let at = 0, end = 0; at < text.length; at = end) {
    end = at + most;
    if (tears(text, end)) end--;
    pieces.push(text.slice(at, end));
  }
  return pieces;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

/** Whether cutting at `index` would part a surrogate pair. */
const tears = (text: string, index: number): boolean =>
  index > 0 && index < text.length && isHigh(text.charCodeAt(index - 1)) && isLow(text.charCodeAt(index));
