/** What a line or a part of it means; the surface that shows it chooses colour and weight. */
export type Tone = 'plain' | 'heading' | 'muted' | 'good' | 'bad' | 'warning' | 'added' | 'removed';

export interface TextPart {
  text: string;
  tone: Tone;
}

/** One line for a terminal or a list, as parts with a tone. `plainText` is what remains without colour: it says the same. */
export type TextLine = readonly TextPart[];

export function plainText(line: TextLine): string {
  return line
    .map(({ text }) => text)
    .join('')
    .trimEnd();
}

export function part(text: string, tone: Tone = 'plain'): TextPart {
  return { text, tone };
}

/** Width in terminal columns, good enough for our own texts: code points, marks that combine count nothing. */
export function displayWidth(text: string): number {
  return Array.from(text.normalize('NFC').replaceAll(/\p{Mn}/gu, '')).length;
}

/** Columns padded to equal width; the first is flush left, the others flush right unless told. Each cell is a list of parts. */
export function alignColumns(rows: readonly (readonly TextLine[])[], leftColumns = 1): TextLine[] {
  const widths: number[] = [];
  const widthOf = (cell: TextLine) => displayWidth(cell.map(({ text }) => text).join(''));
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, widthOf(cell))));
  return rows.map(row =>
    row.flatMap((cell, i) => {
      const gap = part(' '.repeat((widths[i] ?? 0) - widthOf(cell)));
      const separator = i === 0 ? [] : [part('  ')];
      return i < leftColumns ? [...separator, ...cell, gap] : [...separator, gap, ...cell];
    }),
  );
}
