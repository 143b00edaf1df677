import { displayWidth, part, type TextLine } from '@benchmate/shared/diff/text-line';
import { cell } from './terminal.ts';

export interface Column {
  title: string;
  /** Numbers stand flush right, with tabular digits under each other. */
  align?: 'left' | 'right';
  /** Gives way first when the terminal is narrow, down to `least` columns of text. */
  least?: number;
}

const gap = 2;

/**
 * Rows under their titles, each on one line. On a terminal that is too narrow the flexible columns are cut with `…`, then
 * columns are left out from the right; without a width everything is shown.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly TextLine[])[],
  width: number | null,
): TextLine[] {
  const titles = columns.map(({ title }) => cell(title, 'muted'));
  const all = [titles, ...rows];
  const widths = columns.map((_, i) => Math.max(...all.map(row => lineWidth(row[i] ?? []))));
  const kept = width === null ? columns.length : fit(columns, widths, width);
  return all.map(row =>
    columns.slice(0, kept).flatMap((column, i) => {
      const text = cut(row[i] ?? [], widths[i]!);
      const padding = part(' '.repeat(widths[i]! - lineWidth(text)));
      const separator = i === 0 ? [] : [part(' '.repeat(gap))];
      return column.align === 'right' ? [...separator, padding, ...text] : [...separator, ...text, padding];
    }),
  );
}

/** Two columns without titles: names and values. */
export function facts(rows: readonly (readonly [string, string | TextLine])[]): TextLine[] {
  const widest = Math.max(0, ...rows.map(([name]) => displayWidth(name)));
  return rows.map(([name, value]) => [
    part(name.padEnd(widest + gap), 'muted'),
    ...(typeof value === 'string' ? cell(value) : value),
  ]);
}

/** Narrows `widths` in place; returns how many columns can stay. */
function fit(columns: readonly Column[], widths: number[], width: number): number {
  for (let kept = columns.length; kept > 1; kept--) {
    const total = widths.slice(0, kept).reduce((sum, each) => sum + each, gap * (kept - 1));
    let excess = total - width;
    const flexible = columns.slice(0, kept).flatMap(({ least }, i) => (least === undefined ? [] : [{ i, least }]));
    const room = flexible.reduce((sum, { i, least }) => sum + Math.max(0, widths[i]! - least), 0);
    if (excess > room) continue;
    for (const { i, least } of flexible.sort((a, b) => widths[b.i]! - widths[a.i]!)) {
      const less = Math.min(Math.max(0, excess), Math.max(0, widths[i]! - least));
      widths[i] = widths[i]! - less;
      excess -= less;
    }
    return kept;
  }
  widths[0] = Math.min(widths[0]!, width);
  return 1;
}

function cut(line: TextLine, width: number): TextLine {
  if (lineWidth(line) <= width) return line;
  let left = width - 1;
  const parts = [];
  for (const { text, tone } of line) {
    const characters = Array.from(text).slice(0, Math.max(0, left));
    const piece = characters.join('');
    left -= characters.length;
    if (piece) parts.push(part(piece, tone));
  }
  return [...parts, part('…', 'muted')];
}

const lineWidth = (line: TextLine) => displayWidth(line.map(({ text }) => text).join(''));
