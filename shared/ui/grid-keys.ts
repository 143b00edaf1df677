/** A cell of a grid. Row −1 is the header. */
export interface GridCell {
  row: number;
  column: number;
}

/** Where a key leads in a grid (WAI-ARIA grid pattern); null when the key is not about moving. */
export function nextCell(
  { key, ctrlKey }: { key: string; ctrlKey: boolean },
  { row, column }: GridCell,
  { rows, columns, page }: { rows: number; columns: number; page: number },
): GridCell | null {
  const at = (newRow: number, newColumn: number): GridCell => ({
    row: Math.max(-1, Math.min(rows - 1, newRow)),
    column: Math.max(0, Math.min(columns - 1, newColumn)),
  });
  switch (key) {
    case 'ArrowDown':
      return at(row + 1, column);
    case 'ArrowUp':
      return at(row - 1, column);
    case 'ArrowRight':
      return at(row, column + 1);
    case 'ArrowLeft':
      return at(row, column - 1);
    case 'Home':
      return ctrlKey ? at(0, 0) : at(row, 0);
    case 'End':
      return ctrlKey ? at(rows - 1, columns - 1) : at(row, columns - 1);
    case 'PageDown':
      return at(row + page, column);
    case 'PageUp':
      return at(Math.max(0, row - page), column);
    default:
      return null;
  }
}
