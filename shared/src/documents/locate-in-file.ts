import type { ThreadAnchor } from '../domain/thread-anchor.ts';
import { locate, type TextRange } from './anchor.ts';
import { locateCell, notebookCells, scriptCells } from './cells.ts';
import { columnsOf } from './columns.ts';

/** `range` and `line` are in the cell's source where there is a `cell` (its position, from 0), else in the file. */
export type LocatedInFile =
  { kind: 'found'; range: TextRange; line: number; cell: number | null } | { kind: 'orphaned' };

const atTop = { kind: 'found', range: { start: 0, end: 0 }, line: 0, cell: null } as const;

/** Where in a file a thread is now. What is about no file, or about a file that cannot be read as text, is never orphaned by one. */
export function locateInFile(anchor: ThreadAnchor, path: string, text: string): LocatedInFile {
  switch (anchor.kind) {
    case 'metric':
    case 'model':
      return atTop;
    case 'column': {
      const columns = columnsOf(path, text);
      return columns === null || columns.includes(anchor.column) ? atTop : { kind: 'orphaned' };
    }
    case 'cell': {
      const cells = path.endsWith('.ipynb') ? notebookCells(text) : null;
      if (cells) {
        const found = locateCell(anchor, cells);
        return found.kind === 'orphaned' ? found : { ...found, cell: found.index };
      }
      const found = locate({ ...anchor, kind: 'text' }, text);
      if (found.kind === 'orphaned') return found;
      const cell = scriptCells(text).findLastIndex(start => start <= found.range.start);
      return { ...found, cell: path.endsWith('.ipynb') ? null : Math.max(0, cell) };
    }
    default: {
      const found = locate({ ...anchor, kind: 'text' }, text);
      return found.kind === 'orphaned' ? found : { ...found, cell: null };
    }
  }
}
