/** One change of a text; the end is exclusive, offsets count UTF-16 code units from 0. */
export interface TextEdit {
  startOffset: number;
  endOffset: number;
  text: string;
}

/** Applies edits that do not overlap. Several insertions at one place keep their order; every other character stays. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.toSorted((a, b) => a.startOffset - b.startOffset);
  let result = '';
  let done = 0;
  for (const edit of ordered) {
    result += text.slice(done, edit.startOffset) + edit.text;
    done = edit.endOffset;
  }
  return result + text.slice(done);
}

/** The line ending that a text uses. */
export function lineEnding(text: string): '\n' | '\r\n' {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
