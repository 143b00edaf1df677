import { BenchmateError } from '../errors/benchmate-error.ts';
import { directionOf, toNumber, type MetricDirection } from '../domain/metric.ts';
import type { Run } from '../domain/run.ts';
import { findBlock, findValueCell, insertBlock, markdownTable, replaceBlock } from './card-block.ts';
import { parseModelCard, type ModelCard } from './model-card.ts';
import { editModelIndex, matchResults, type MetricEntry } from './model-index-edit.ts';
import { applyEdits, lineEnding, type TextEdit } from './text-edit.ts';

export interface CardUpdateOptions {
  /** Directions that the project declares: its metrics are the ones written. */
  directions?: Readonly<Record<string, MetricDirection>>;
  /** Exactly these metrics instead. */
  metrics?: readonly string[];
  /** Params to list, such as the keys of params.yaml: libraries log dozens more. Without it, all that the run logged. */
  paramKeys?: readonly string[];
  /** Where the card has no result that fits yet. */
  model?: string | undefined;
  task?: string;
  dataset?: { type: string; name: string };
}

type RunFacts = Pick<Run, 'runId' | 'name' | 'metrics' | 'params'>;

/**
 * Writes a run's metrics into a model card: the values in `model-index`, and the Results in the prose (between the markers
 * `<!-- benchmate:results -->` and `<!-- /benchmate:results -->`, else in the table under the heading Results, else as a new
 * block there). Params go between `<!-- benchmate:params -->` markers where a card has them. Only tokens that change are
 * touched: comments, order and people's prose stay. BAD_REQUEST when the YAML is not valid; then nothing is changed.
 */
export function updateCardFromRun(text: string, run: RunFacts, options: CardUpdateOptions = {}): string {
  const card = parseModelCard(text);
  const metrics = chooseMetrics(card, run, options);
  if (metrics.length === 0)
    throw new BenchmateError(
      'BAD_REQUEST',
      `The run ${run.name} logged none of the metrics that the card or the project names.`,
      'Name the metrics to write, or declare them under `directions` in benchmate.yaml.',
    );
  const edited = applyEdits(card.body, editBody(card, run, metrics, options));
  const result = withFrontMatter(text, card, editYaml(card, run, metrics, options)) + edited;
  verify(card, result, metrics);
  return result;
}

function chooseMetrics(card: ModelCard, run: RunFacts, { directions = {}, metrics }: CardUpdateOptions): MetricEntry[] {
  const logged = Object.keys(run.metrics).filter(key => !key.startsWith('system/'));
  const inCard = matchResults(card.results, logged).keys();
  const declared = logged.filter(key => Object.hasOwn(directions, key));
  const usual = logged.filter(key => directionOf(key) !== 'unknown');
  const chosen = metrics ?? [...new Set([...inCard, ...declared])];
  const names = chosen.length > 0 || metrics ? chosen : usual;
  return names.flatMap(name => {
    const point = Object.hasOwn(run.metrics, name) ? run.metrics[name] : undefined;
    return point ? [{ name, value: toNumber(point.value) }] : [];
  });
}

function editYaml(card: ModelCard, run: RunFacts, metrics: readonly MetricEntry[], options: CardUpdateOptions): string {
  const { fields } = card;
  const context = {
    model: options.model ?? textOf(fields.model_name) ?? textOf(fields.name) ?? 'model',
    task: options.task ?? textOf(fields.pipeline_tag) ?? 'other',
    dataset: options.dataset ?? datasetOf(fields.datasets, run),
  };
  const document = card.yaml?.document ?? parseModelCard('---\n---\n').yaml!.document;
  return applyEdits(card.yamlText, editModelIndex(card.yamlText, document, metrics, context));
}

function withFrontMatter(text: string, card: ModelCard, yaml: string): string {
  if (card.yaml)
    return text.slice(0, card.yamlOffset) + yaml + text.slice(card.yamlOffset + card.yamlText.length, card.bodyOffset);
  const newline = lineEnding(text);
  return `---${newline}${yaml}---${newline}${card.body === '' ? '' : newline}`;
}

function editBody(
  { body }: ModelCard,
  run: RunFacts,
  metrics: readonly MetricEntry[],
  options: CardUpdateOptions,
): TextEdit[] {
  const results = [
    '',
    ...markdownTable(
      ['Metric', 'Value'],
      metrics.map(({ name, value }) => [name, cellText(value)]),
    ),
    '',
    `Logged by run \`${run.name.replaceAll(/[`\s]+/g, ' ')}\` (\`${run.runId}\`).`,
    '',
  ];
  const edits: (TextEdit | null)[] = [replaceBlock(body, 'params', paramsLines(run, options.paramKeys))];
  if (findBlock(body, 'results')) edits.push(replaceBlock(body, 'results', results));
  else {
    const cells = metrics.map(({ name, value }) => ({ value, cell: findValueCell(body, 'Results', name) }));
    if (cells.every(({ cell }) => cell === null)) edits.push(insertBlock(body, 'results', 'Results', results));
    for (const { value, cell } of cells)
      if (cell && cell.text !== cellText(value))
        edits.push({ startOffset: cell.start, endOffset: cell.end, text: cellText(value) });
  }
  return edits.filter(edit => edit !== null);
}

function paramsLines({ params }: RunFacts, keys: readonly string[] = Object.keys(params).toSorted()): string[] {
  const shown = keys.flatMap(key => (Object.hasOwn(params, key) ? [[key, params[key]!] as [string, string]] : []));
  return ['', ...markdownTable(['Param', 'Value'], shown), ''];
}

/** An edit that would lose or change anything else is refused rather than written. */
function verify(before: ModelCard, text: string, metrics: readonly MetricEntry[]): void {
  const names = metrics.map(({ name }) => name);
  const rest = (card: ModelCard) => {
    const written = new Set(matchResults(card.results, names).values());
    return card.results.filter(result => !written.has(result)).map(({ key, value }) => [key, value]);
  };
  const after = readable(text);
  const kept = after && JSON.stringify([before.fields, rest(before)]) === JSON.stringify([after.fields, rest(after)]);
  if (kept && matchResults(after.results, names).size === names.length) return;
  throw new BenchmateError(
    'BAD_REQUEST',
    'The model card is written in a way that cannot be updated without touching other values.',
    'Write its YAML one key per line, without anchors and aliases; nothing was changed.',
  );
}

function readable(text: string): ModelCard | null {
  try {
    return parseModelCard(text);
  } catch {
    return null;
  }
}

function cellText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}

function datasetOf(datasets: unknown, run: RunFacts): { type: string; name: string } {
  const first: unknown = Array.isArray(datasets) ? datasets[0] : datasets;
  const name = run.params['data.name'] ?? run.params.dataset ?? textOf(first) ?? 'unnamed';
  return { type: textOf(first) ?? name, name };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
