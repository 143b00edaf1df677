import { describe, expect, test } from 'vitest';
import { displayWidth, plainText } from '@benchmate/shared/diff/text-line';
import { facts, table } from './table.ts';
import { cell, paint, printable, terminalOf } from './terminal.ts';

const columns = [{ title: 'run', least: 6 }, { title: 'loss', align: 'right' as const }, { title: 'id' }];
const rows = [
  [cell('tidy-otter-12'), cell('0.312', 'good'), cell('3f2a')],
  [cell('a'), cell('12.5'), cell('91bc')],
];
const shown = (width: number | null) => table(columns, rows, width).map(plainText);

describe('table', () => {
  test('numbers stand flush right, and without a width nothing is cut', () => {
    expect(shown(null)).toEqual([
      'run             loss  id',
      'tidy-otter-12  0.312  3f2a',
      'a               12.5  91bc',
    ]);
  });

  test('flexible columns give way first', () => {
    expect(shown(20)).toEqual(['run       loss  id', 'tidy-o…  0.312  3f2a', 'a         12.5  91bc'].map(line => line));
  });

  test('then columns are left out from the right, and no line is wider than the terminal', () => {
    expect(shown(14)).toEqual(['run       loss', 'tidy-o…  0.312', 'a         12.5']);
    for (let width = 4; width < 40; width++)
      for (const line of shown(width)) expect(displayWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
  });

  test('facts align their values', () => {
    expect(
      facts([
        ['a', '1'],
        ['long name', '2'],
      ]).map(plainText),
    ).toEqual(['a          1', 'long name  2']);
  });
});

describe('terminal', () => {
  test('a name cannot move the cursor, change colours or turn the direction of text', () => {
    expect(printable('a\u001b[2Jb\r\nc\u202ed\u0007')).toBe('a [2Jb c d ');
    expect(plainText(cell('x\u009b31my'))).toBe('x 31my');
  });

  test('NO_COLOR wins; a pipe has neither colour nor width', () => {
    const terminal = { isTTY: true, columns: 100 };
    expect(terminalOf(terminal, {})).toEqual({ color: true, width: 100 });
    expect(terminalOf(terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }).color).toBe(false);
    expect(terminalOf(terminal, { TERM: 'dumb' })).toEqual({ color: false, width: null });
    expect(terminalOf({}, {})).toEqual({ color: false, width: null });
    expect(terminalOf({}, { FORCE_COLOR: '1' })).toEqual({ color: true, width: null });
  });

  test('colour repeats what the text says', () => {
    expect(paint(cell('✓ finished', 'good'))).toBe('\u001b[32m✓ finished\u001b[0m');
    expect(paint(cell('plain'))).toBe('plain');
  });
});
