import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { modelHome, runHome, threadPlace } from '../domain/thread-place.ts';
import { textAnchor, type ColumnAnchor } from '../domain/thread-anchor.ts';
import { makeAnchor } from './anchor.ts';
import { makeCellAnchor, makeScriptCellAnchor, notebookCells, type Cell } from './cells.ts';
import { locateInFile } from './locate-in-file.ts';
import { startThread, threadsOf } from './threads-document.ts';

const cells: Cell[] = [
  { id: 'a1', source: 'import pandas as pd\nframe = pd.read_csv("churn.csv")' },
  { id: 'b2', source: 'frame.describe()' },
  { id: 'c3', source: 'model = fit(frame, depth=8)\nprint(model.score(frame))' },
];
const notebook = (of: Cell[]) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    cells: of.map(({ id, source }) => ({
      ...(id === null ? {} : { id }),
      cell_type: 'code',
      source: source.split(/(?<=\n)/),
    })),
  });
const at = (text: string, quote: string) => ({ start: text.indexOf(quote), end: text.indexOf(quote) + quote.length });
const inNotebook = (anchor: Parameters<typeof locateInFile>[0], of: Cell[]) =>
  locateInFile(anchor, 'train.ipynb', notebook(of));

test('text in a cell is found in that cell, wherever the cell went, and in another one when the cell is gone', () => {
  expect(notebookCells(notebook(cells))).toEqual(cells);
  const anchor = makeCellAnchor(cells, 2, at(cells[2]!.source, 'print(model.score(frame))'));
  expect(inNotebook(anchor, cells)).toMatchObject({ cell: 2, line: 1 });
  expect(inNotebook(anchor, [cells[2]!, cells[0]!])).toMatchObject({ cell: 0, line: 1 });
  const split = [
    cells[0]!,
    { id: 'd4', source: 'model = fit(frame, depth=8)' },
    { id: 'e5', source: '# how good\nprint(model.score(frame))' },
  ];
  expect(inNotebook(anchor, split)).toMatchObject({ cell: 2, line: 1, range: { start: 11 } });
  expect(inNotebook(anchor, [cells[0]!])).toEqual({ kind: 'orphaned' });
});

test('a whole cell is its id, whatever is written in it; without ids it is its text', () => {
  const whole = makeCellAnchor(cells, 1, null);
  const rewritten = [cells[0]!, cells[2]!, { id: 'b2', source: 'something else altogether' }];
  expect(inNotebook(whole, rewritten)).toMatchObject({ cell: 2, line: 0 });
  const anew = cells.map(({ source }) => ({ id: null, source }));
  expect(inNotebook(makeCellAnchor(anew, 1, null), [{ id: null, source: '# Title' }, ...anew])).toMatchObject({
    cell: 2,
  });
  expect(locateInFile(whole, 'train.ipynb', '<<<<<<< HEAD\n{')).toEqual({ kind: 'orphaned' });
});

test('a cell of a percent script is found by its text', () => {
  const script = '"""Doc"""\n# %%\nimport os\n\n# %% Fit\nmodel = fit(depth=8)\nprint(model)\n';
  const anchor = makeScriptCellAnchor(script, 2)!;
  expect(anchor).toMatchObject({ quote: '# %% Fit\nmodel = fit(depth=8)\nprint(model)', index: 2, line: 4 });
  const moved = script.replace('import os\n', 'import os\nimport sys\n# %%\nseed = 1\n');
  expect(locateInFile(anchor, 'train.py', moved)).toMatchObject({ cell: 3, line: 7 });
  expect(makeScriptCellAnchor(script, 9)).toBeNull();
});

test('a column is there as long as the file has it, whatever its place; of what is no text nothing is claimed', () => {
  const anchor: ColumnAnchor = { kind: 'column', quote: 'age', prefix: '', suffix: '', line: 0, column: 'age' };
  const state = (path: string, text: string) => locateInFile(anchor, path, text).kind;
  expect(state('a.csv', 'id,age,"a, ""b"""\n1,2,3\n')).toBe('found');
  expect(state('a.csv', 'age\n1\n')).toBe('found');
  expect(state('a.csv', 'id,ages\n1,2\n')).toBe('orphaned');
  expect(state('a.csv', '')).toBe('orphaned');
  expect(state('a.csv', '\uFEFFage;id\r\n1;2\r\n')).toBe('found');
  expect(state('a.tsv', 'id\tage\n')).toBe('found');
  expect(state('a.jsonl', '{"id":1,"age":2}\n{}\n')).toBe('found');
  expect(state('a.jsonl', '{"id":1}\n')).toBe('orphaned');
  expect(state('a.parquet', 'PAR1')).toBe('found');
});

test('every kind is kept; what a peer of another version wrote is shown, and nothing is a text anchor’s end', () => {
  const doc = new Y.Doc();
  const comment = { commentId: 'c', author: { device: 'd', name: 'Ana' }, body: 'Why?', at: 1 };
  const said = { quote: 'q', prefix: '', suffix: '', line: 0 };
  const anchors = [
    makeAnchor('# Card\n', { start: 0, end: 6 }),
    makeCellAnchor(cells, 1, null),
    { kind: 'metric' as const, ...said, runId: 'r/1', metric: 'val/loss', steps: { from: 100, to: 200 } },
    { kind: 'model' as const, ...said, model: 'churn', versionId: 'v-1', version: 3 },
    { kind: 'column' as const, ...said, column: 'age' },
  ];
  anchors.forEach((anchor, index) => startThread(doc, { threadId: `t${index}`, anchor, comment }));
  const thread = new Y.Map<unknown>([
    ['anchor', { kind: 'pixel', x: 3, quote: 'a corner' }],
    ['comments', Y.Array.from([comment])],
  ]);
  doc.getMap('threads').set('t9', thread);
  const read = threadsOf(doc, { projectId: 'p', path: 'x' });
  expect(read.map(({ anchor }) => anchor)).toEqual(
    [
      ...anchors.toSorted((a, b) => a.line - b.line),
      { kind: 'unknown', called: 'pixel', quote: 'a corner', prefix: '', suffix: '', line: 0 },
    ].toSorted((a, b) => a.line - b.line),
  );
  expect(read.map(threadPlace)).toContain('val/loss of run r/1, steps 100 to 200');
  // An older peer reads these four fields of any kind.
  for (const anchor of anchors) expect(textAnchor.omit({ kind: true }).safeParse(anchor).success).toBe(true);
  expect([runHome('r/1'), modelHome('..')]).toEqual(['~run/r%2F1', '~model/%2E%2E']);
});
