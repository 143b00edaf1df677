import * as vscode from 'vscode';

/** Places of a document as they are in its text with plain line ends (`\n`), which is the one that is shared. */
export const plainOffset = (document: vscode.TextDocument, place: vscode.Position): number =>
  document.offsetAt(place) - place.line * (endLength(document) - 1);

export function positionOf(document: vscode.TextDocument, offset: number): vscode.Position {
  if (endLength(document) === 1) return document.positionAt(offset);
  let [line, after] = [0, document.lineCount];
  while (after - line > 1) {
    const middle = (line + after) >> 1;
    if (plainOffset(document, new vscode.Position(middle, 0)) <= offset) line = middle;
    else after = middle;
  }
  return new vscode.Position(line, offset - plainOffset(document, new vscode.Position(line, 0)));
}

export const endLength = ({ eol }: vscode.TextDocument): number => (eol === vscode.EndOfLine.CRLF ? 2 : 1);
