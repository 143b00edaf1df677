import { isSeq, type Document, type Pair, type YAMLMap } from 'yaml';
import { maps, readModelIndex, textOf, type EvalResult } from './model-index.ts';
import { lineEnding, type TextEdit } from './text-edit.ts';
import { scalarText } from './yaml-scalar.ts';
import { asMap, nodeSpan, pairOf } from './yaml-text.ts';

/** A metric to write into `model-index`. */
export interface MetricEntry {
  /** The metric's name as the run logged it: `val_auc`. */
  name: string;
  value: number;
}

/** What a new result says about itself where the card has none that fits. */
export interface ResultContext {
  model: string;
  task: string;
  dataset: { type: string; name: string };
}

/**
 * Edits of the YAML that write metric values into `model-index`: the value of a result that is there is replaced in place,
 * one that is not there is added to the result of its split (`val_…` → validation, `test_…` → test), in the style of its
 * neighbours. Offsets are those of `yaml`.
 */
export function editModelIndex(
  yaml: string,
  document: Document.Parsed,
  metrics: readonly MetricEntry[],
  context: ResultContext,
): TextEdit[] {
  const results = readModelIndex(document);
  const edits: TextEdit[] = [];
  const missing: MetricEntry[] = [];
  for (const metric of metrics) {
    const result = findResult(results, metric.name);
    if (!result?.valueSpan) missing.push(metric);
    else if (!Object.is(result.value, rounded(metric.value)))
      edits.push(replaceValue(yaml, result.valueSpan, metric.value));
  }
  return [...edits, ...addMissing({ yaml, document, missing, context })];
}

/** The result that a run's metric is: by name, or by type and split where it has no name. */
export function findResult(results: readonly EvalResult[], name: string): EvalResult | undefined {
  const { type, split } = describeMetric(name);
  return (
    results.find(({ metric }) => metric.name === name) ??
    results.find(({ metric }) => metric.type === name) ??
    results.find(({ metric, dataset }) => metric.type === type && split !== '' && dataset.split === split)
  );
}

/** `val_auc` is ROC AUC on the split `validation`. Types are those of Hugging Face's evaluate library where it has one. */
export function describeMetric(name: string): { type: string; split: string } {
  const [, prefix = '', rest = name] = /^(val|valid|validation|eval|test|train|training)[_/.-](.+)$/.exec(name) ?? [];
  const split = prefix.startsWith('train') ? 'train' : prefix === 'test' ? 'test' : prefix ? 'validation' : '';
  const types: Record<string, string> = { auc: 'roc_auc', acc: 'accuracy', log_loss: 'log_loss' };
  return { type: types[rest] ?? rest, split };
}

/** Six significant digits: what a run logged in full stays in the run. */
export function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : value;
}

function replaceValue(yaml: string, [start, end]: [number, number], value: number): TextEdit {
  const empty = yaml.slice(start, end).trim() === '';
  return { startOffset: start, endOffset: end, text: `${empty ? ' ' : ''}${scalarText(rounded(value))}` };
}

interface Addition {
  yaml: string;
  document: Document.Parsed;
  missing: readonly MetricEntry[];
  context: ResultContext;
}

function addMissing({ yaml, document, missing, context }: Addition): TextEdit[] {
  const root = asMap(document.contents, document);
  const model = root ? maps(root, 'model-index', document)[0] : undefined;
  const bySplit = Map.groupBy(missing, ({ name }) => describeMetric(name).split);
  const fresh: string[][] = [];
  const edits: TextEdit[] = [];
  for (const [split, metrics] of bySplit) {
    const result = model && resultOfSplit(model, split, document);
    const list = result && pairOf(result, 'metrics');
    if (result && list) edits.push(...append(yaml, list, metrics.map(metricLines)));
    else fresh.push(resultLines(split, metrics, context));
  }
  if (fresh.length === 0) return edits;
  const list = model && pairOf(model, 'results');
  if (list) return [...edits, ...append(yaml, list, fresh)];
  const newline = lineEnding(yaml);
  const lines = [
    'model-index:',
    `  - name: ${scalarText(context.model)}`,
    '    results:',
    ...fresh.flatMap(item => dashed(item, 6)),
  ];
  const gap = yaml === '' || yaml.endsWith('\n') ? '' : newline;
  return [
    ...edits,
    { startOffset: yaml.length, endOffset: yaml.length, text: `${gap}${lines.join(newline)}${newline}` },
  ];
}

function resultOfSplit(model: YAMLMap, split: string, document: Document.Parsed): YAMLMap | undefined {
  const results = maps(model, 'results', document);
  const splitOf = (result: YAMLMap) => textOf(asMap(pairOf(result, 'dataset')?.value, document)?.get('split'));
  return (
    results.find(result => splitOf(result) === split) ?? (results.length === 1 && split === '' ? results[0] : undefined)
  );
}

/** Adds items at the end of a list in the way it is written: block, flow, or empty. */
function append(yaml: string, { key, value }: Pair, items: readonly string[][]): TextEdit[] {
  const newline = lineEnding(yaml);
  const keyColumn = columnOf(yaml, nodeSpan(key)?.[0] ?? 0);
  if (isSeq(value) && value.items.length > 0) {
    const [start, end] = nodeSpan(value) ?? [0, yaml.length];
    const content = yaml.slice(start, end).trimEnd();
    if (value.flow) {
      const offset = start + content.slice(0, -1).trimEnd().replace(/,$/, '').length;
      return [
        {
          startOffset: offset,
          endOffset: offset,
          text: items.map(item => `, { ${item.map(line => line.trim()).join(', ')} }`).join(''),
        },
      ];
    }
    const offset = start + content.length + (/^[^\n\r]*/.exec(yaml.slice(start + content.length))?.[0].length ?? 0);
    const text = items
      .flatMap(item => dashed(item, columnOf(yaml, start)))
      .map(line => newline + line)
      .join('');
    return [{ startOffset: offset, endOffset: offset, text }];
  }
  const afterColon = yaml.indexOf(':', nodeSpan(key)?.[1] ?? 0) + 1;
  const end = Math.max(afterColon, nodeSpan(value)?.[1] ?? afterColon);
  const text = items
    .flatMap(item => dashed(item, keyColumn + 2))
    .map(line => newline + line)
    .join('');
  return [{ startOffset: afterColon, endOffset: end, text }];
}

function metricLines({ name, value }: MetricEntry): string[] {
  return [
    `type: ${scalarText(describeMetric(name).type)}`,
    `name: ${scalarText(name)}`,
    `value: ${scalarText(rounded(value))}`,
  ];
}

function resultLines(split: string, metrics: readonly MetricEntry[], { task, dataset }: ResultContext): string[] {
  return [
    'task:',
    `  type: ${scalarText(task)}`,
    'dataset:',
    `  type: ${scalarText(dataset.type)}`,
    `  name: ${scalarText(dataset.name)}`,
    ...(split ? [`  split: ${scalarText(split)}`] : []),
    'metrics:',
    ...metrics.flatMap(metric => dashed(metricLines(metric), 2)),
  ];
}

function dashed(lines: readonly string[], column: number): string[] {
  return lines.map((line, i) => `${' '.repeat(column)}${i === 0 ? '- ' : '  '}${line}`);
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
