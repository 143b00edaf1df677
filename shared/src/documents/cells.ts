import type { CellAnchor } from '../domain/thread-anchor.ts';
import { locate, makeAnchor, type TextRange } from './anchor.ts';

/** A cell of a notebook. `id`: the notebook's own; null before format 4.5, and in `# %%` scripts. */
export interface Cell {
  id: string | null;
  source: string;
}

/** In a cell's source; the whole of it for what is about the cell. */
export type LocatedCell = { kind: 'found'; index: number; range: TextRange; line: number } | { kind: 'orphaned' };

/** Cells of a Jupyter notebook (nbformat 4); null for what is none, merge conflicts included. */
export function notebookCells(json: string): Cell[] | null {
  let notebook: unknown;
  try {
    notebook = JSON.parse(json);
  } catch {
    return null;
  }
  const cells: unknown = (notebook as { cells?: unknown } | null)?.cells;
  if (!Array.isArray(cells)) return null;
  return (cells as unknown[]).map(cell => {
    const { id, source } = (typeof cell === 'object' && cell !== null ? cell : {}) as Record<string, unknown>;
    const lines = Array.isArray(source) ? source.map(String).join('') : typeof source === 'string' ? source : '';
    return { id: typeof id === 'string' ? id : null, source: lines };
  });
}

/** Where the cells of a `# %%` script begin, as offsets; what stands before the first mark is a cell if it says anything. */
export function scriptCells(text: string): number[] {
  const marks = [...text.matchAll(/^[ \t]*# ?%%/gm)].map(({ index }) => index);
  return marks[0] !== undefined && text.slice(0, marks[0]).trim() === '' ? marks : [0, ...marks];
}

/** `range` is in the cell's source; null for the cell as such. */
export function makeCellAnchor(cells: readonly Cell[], index: number, range: TextRange | null): CellAnchor {
  const { id, source } = cells[index]!;
  const start = startsOf(cells)[index]!;
  const { start: from, end } = range ?? { start: 0, end: source.length };
  const anchor = makeAnchor(joined(cells), { start: start + from, end: start + end });
  return { ...anchor, kind: 'cell', cellId: id?.slice(0, 64) ?? null, index, whole: range === null };
}

/** The same for a `# %%` script, whose text is its cells: `number` counts them from 0. Null when there are not so many. */
export function makeScriptCellAnchor(text: string, number: number): CellAnchor | null {
  const starts = scriptCells(text);
  const start = starts[number];
  if (start === undefined) return null;
  const end = start + text.slice(start, starts[number + 1]).trimEnd().length;
  return { ...makeAnchor(text, { start, end }), kind: 'cell', cellId: null, index: number, whole: true };
}

/**
 * The cell with the anchor's id, if what is meant is the cell or still stands in it; else wherever in the notebook the text
 * stands now: cells are split, joined, moved, and get new ids when a notebook is made anew.
 */
export function locateCell(anchor: CellAnchor, cells: readonly Cell[]): LocatedCell {
  const own = anchor.cellId === null ? -1 : cells.findIndex(({ id }) => id === anchor.cellId);
  if (own >= 0) {
    const { source } = cells[own]!;
    if (anchor.whole) return { kind: 'found', index: own, range: { start: 0, end: source.length }, line: 0 };
    const inside = locate({ ...anchor, kind: 'text', line: 0 }, source);
    if (inside.kind === 'found') return { kind: 'found', index: own, range: inside.range, line: inside.line };
  }
  const text = joined(cells);
  const found = locate({ ...anchor, kind: 'text' }, text);
  if (found.kind === 'orphaned') return found;
  const starts = startsOf(cells);
  const index = Math.max(
    0,
    starts.findLastIndex(start => start <= found.range.start),
  );
  const { source } = cells[index] ?? { source: '' };
  const [start, end] = [found.range.start, found.range.end].map(at => Math.min(source.length, at - starts[index]!));
  const range = { start: start!, end: end! };
  return { kind: 'found', index, range, line: source.slice(0, range.start).split('\n').length - 1 };
}

const between = '\n\n';
const joined = (cells: readonly Cell[]): string => cells.map(({ source }) => source).join(between);

function startsOf(cells: readonly Cell[]): number[] {
  let next = 0;
  return cells.map(({ source }) => {
    const start = next;
    next += source.length + between.length;
    return start;
  });
}
