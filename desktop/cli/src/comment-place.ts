import type { Option } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { makeCellAnchor, makeScriptCellAnchor, notebookCells } from '@benchmate/shared/documents/cells';
import { columnsOf } from '@benchmate/shared/documents/columns';
import { columnAnchorOn, metricAnchorOn, modelAnchorOn } from '@benchmate/shared/documents/wordless-anchors';
import type { Project } from '@benchmate/shared/domain/project';
import type { NewAnchor } from '@benchmate/shared/domain/thread-anchor';
import { numberOption, option } from './command.ts';
import type { Context } from './context.ts';
import { pathIn, placeInFile, placeOptions, textIn, type PlaceOptions } from './place-in-file.ts';
import { versionNumber } from './version-number.ts';

export interface CommentPlaceOptions extends PlaceOptions {
  cell?: number;
  column?: string;
  run?: string;
  metric?: string;
  steps?: string;
  model?: string;
  version?: string;
}

interface CommentPlace {
  path?: string;
  anchor: NewAnchor;
}

export const commentPlaceOptions = (): Option[] => [
  ...placeOptions(),
  numberOption('--cell <n>', 'the cell of a notebook or of a `# %%` script, from 1; with --quote the words in it'),
  option('--column <name>', 'the column of a CSV, TSV or JSON-lines file'),
  option('--run <run>', 'instead of a file: the run whose metric it is about'),
  option('--metric <name>', 'the metric of --run'),
  option('--steps <from..to>', 'the steps of --metric: 100..200, or one'),
  option('--model <name>', 'instead of a file: the model it is about'),
  option('--version <n>', 'the version of --model'),
];

/** What a comment is about: text, a cell or a column of a file, a stretch of a run's metric, a model's version. */
export async function commentPlace(
  context: Context,
  project: Project,
  given: string | undefined,
  options: CommentPlaceOptions,
): Promise<CommentPlace> {
  const { run, model, cell, column } = options;
  const meant = [given, run, model].filter(each => each !== undefined);
  if (meant.length !== 1)
    throw new BenchmateError(
      'BAD_REQUEST',
      meant.length === 0 ? 'It is not said what the comment is about.' : 'A comment is about one thing.',
      'Name a file, or --run and --metric, or --model and --version.',
    );
  if (run !== undefined) return { anchor: await onMetric(context, run, options) };
  if (model !== undefined) return { anchor: await onVersion(context, model, options.version) };
  if (cell === undefined && column === undefined) return placeInFile(project, given!, options);
  const path = pathIn(project, given!);
  const text = await textIn(project, path);
  return {
    path,
    anchor: column === undefined ? onCell(path, text, cell!, options.quote) : onColumn(path, text, column),
  };
}

async function onMetric(context: Context, wanted: string, { metric, steps }: CommentPlaceOptions): Promise<NewAnchor> {
  const run = await (await context.engine()).runs.get.query({ runId: wanted });
  const known = Object.keys(run.metrics);
  if (metric === undefined || !Object.hasOwn(run.metrics, metric))
    throw new BenchmateError(
      'NOT_FOUND',
      metric === undefined ? 'It is not said which metric.' : `The run ${run.name} has no metric ${metric}.`,
      known.length === 0 ? 'Nothing was logged in it.' : `Name one with --metric: ${known.slice(0, 8).join(', ')}.`,
    );
  return metricAnchorOn(run, metric, steps === undefined ? null : stepRange(steps));
}

function stepRange(text: string): { from: number; to: number } {
  const [, from, to = from] = /^(-?\d+)(?:\.\.(-?\d+))?$/.exec(text) ?? [];
  const steps = { from: Number(from), to: Number(to) };
  if (
    from !== undefined &&
    Number.isSafeInteger(steps.from) &&
    Number.isSafeInteger(steps.to) &&
    steps.from <= steps.to
  )
    return steps;
  throw new BenchmateError('BAD_REQUEST', `'${text}' are no steps.`, 'Give them as 100..200, the smaller one first.');
}

async function onVersion(context: Context, name: string, wanted: string | undefined): Promise<NewAnchor> {
  const { versions } = await (await context.engine()).registry.get.query({ model: name });
  const number = wanted === undefined ? Math.max(0, ...versions.map(({ version }) => version)) : versionNumber(wanted);
  const found = versions.find(({ version }) => version === number);
  if (found) return modelAnchorOn(found);
  throw new BenchmateError('NOT_FOUND', `${name} has no version ${number}.`, `It has ${versions.length}.`);
}

function onCell(path: string, text: string, number: number, quote: string | undefined): NewAnchor {
  const noCell = (count: number) =>
    new BenchmateError('NOT_FOUND', `${path} has no cell ${number}.`, `It has ${count}, counted from 1.`);
  if (!path.endsWith('.ipynb')) {
    const anchor = makeScriptCellAnchor(text, number - 1);
    if (anchor) return anchor;
    throw new BenchmateError('NOT_FOUND', `${path} has no cell ${number}.`, 'Cells of scripts begin with `# %%`.');
  }
  const cells = notebookCells(text);
  if (!cells)
    throw new BenchmateError('BAD_REQUEST', `${path} is no notebook.`, 'See whether a merge left marks in it.');
  const source = cells[number - 1]?.source;
  if (source === undefined) throw noCell(cells.length);
  if (quote === undefined) return makeCellAnchor(cells, number - 1, null);
  const start = source.indexOf(quote);
  if (quote && start >= 0) return makeCellAnchor(cells, number - 1, { start, end: start + quote.length });
  throw new BenchmateError('NOT_FOUND', `Cell ${number} does not say “${quote}”.`, 'Quote words as they stand there.');
}

function onColumn(path: string, text: string, column: string): NewAnchor {
  const columns = columnsOf(path, text);
  if (columns === null || columns.includes(column)) return columnAnchorOn(column);
  throw new BenchmateError(
    'NOT_FOUND',
    `${path} has no column ${column}.`,
    `It has ${columns.slice(0, 12).join(', ')}${columns.length > 12 ? ' …' : ''}.`,
  );
}
