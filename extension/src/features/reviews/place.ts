import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { locateCell, makeCellAnchor, type Cell } from '@benchmate/shared/documents/cells';
import { locateInFile } from '@benchmate/shared/documents/locate-in-file';
import type { CellAnchor, TextAnchor, ThreadAnchor } from '@benchmate/shared/domain/thread-anchor';

/** Where a thread is drawn. Lines count from 0. */
export interface Place {
  startLine: number;
  endLine: number;
  /** What it was about is gone: it stands at the top, with its quote. */
  orphaned: boolean;
}

const gone: Place = { startLine: 0, endLine: 0, orphaned: true };

export function placeOf(text: string, anchor: ThreadAnchor, path = ''): Place {
  const found = locateInFile(anchor, path, text);
  if (found.kind === 'orphaned') return gone;
  return lines(text, found.range, found.line);
}

/** The same in an open notebook: the cell, and the lines in it. */
export function placeInCells(cells: readonly Cell[], anchor: CellAnchor): Place & { cell: number } {
  const found = locateCell(anchor, cells);
  if (found.kind === 'orphaned') return { ...gone, cell: 0 };
  return { ...lines(cells[found.index]?.source ?? '', found.range, found.line), cell: found.index };
}

/** Anchors a thread to whole lines, without the white space around them. */
export function anchorFor(text: string, startLine: number, endLine: number): TextAnchor {
  return makeAnchor(text, linesRange(text, startLine, endLine));
}

/** Anchors a thread to a cell, or to whole lines in it. */
export function cellAnchorFor(
  cells: readonly Cell[],
  index: number,
  inside: { startLine: number; endLine: number } | null,
): CellAnchor {
  const source = cells[index]?.source ?? '';
  return makeCellAnchor(cells, index, inside && linesRange(source, inside.startLine, inside.endLine));
}

function lines(text: string, { start, end }: { start: number; end: number }, startLine: number): Place {
  const quoted = text.slice(start, end).trimEnd();
  return { startLine, endLine: startLine + quoted.split('\n').length - 1, orphaned: false };
}

function linesRange(text: string, startLine: number, endLine: number): { start: number; end: number } {
  const all = text.split('\n');
  const start = all.slice(0, startLine).reduce((sum, line) => sum + line.length + 1, 0);
  const chosen = all.slice(startLine, Math.max(startLine, endLine) + 1).join('\n');
  const lead = chosen.length - chosen.trimStart().length;
  return { start: start + lead, end: start + Math.max(lead, chosen.trimEnd().length) };
}
