import type { Document, YAMLMap } from 'yaml';
import { maps, readModelIndex, textOf, type EvalResult } from './model-index.ts';
import type { TextEdit } from './text-edit.ts';
import { appendItems, appendKey, type YamlItem } from './yaml-append.ts';
import { scalarText } from './yaml-scalar.ts';
import { asMap, pairOf } from './yaml-text.ts';

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
  const results = matchResults(
    readModelIndex(document),
    metrics.map(({ name }) => name),
  );
  const edits: TextEdit[] = [];
  const missing: MetricEntry[] = [];
  for (const metric of metrics) {
    const result = results.get(metric.name);
    if (!result?.valueSpan) missing.push(metric);
    else if (!Object.is(result.value, rounded(metric.value)))
      edits.push(replaceValue(yaml, result.valueSpan, metric.value));
  }
  return [...edits, ...addMissing({ yaml, document, missing, context })];
}

/**
 * Which result of a card each metric of a run is: the one of its name; else of its type (`f1` is the result named `F1 score`
 * of the type f1); else of its type on its split. No result is two metrics.
 */
export function matchResults(results: readonly EvalResult[], names: readonly string[]): Map<string, EvalResult> {
  const matched = new Map<string, EvalResult>();
  const taken = new Set<EvalResult>();
  const rules: ((result: EvalResult, name: string) => boolean)[] = [
    ({ metric }, name) => metric.name === name,
    ({ metric }, name) => metric.type === name,
    ({ metric, dataset }, name) => {
      const { type, split } = describeMetric(name);
      return metric.type === type && split !== '' && dataset.split === split;
    },
  ];
  for (const fits of rules)
    for (const name of names) {
      const found = matched.has(name) ? undefined : results.find(result => !taken.has(result) && fits(result, name));
      if (!found) continue;
      matched.set(name, found);
      taken.add(found);
    }
  return matched;
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
  const target = ({ name }: MetricEntry) => model && resultOfSplit(model, describeMetric(name).split, document);
  const edits: TextEdit[] = [];
  for (const [result, metrics] of Map.groupBy(missing, target))
    if (result) edits.push(appendItems(yaml, result, 'metrics', metrics.map(metricItem)));
  const homeless = Map.groupBy(
    missing.filter(metric => !target(metric)),
    ({ name }) => describeMetric(name).split,
  );
  const fresh = [...homeless].map(([split, metrics]) => resultItem(split, metrics, context));
  if (fresh.length === 0) return edits;
  if (model && pairOf(model, 'results')) return [...edits, appendItems(yaml, model, 'results', fresh)];
  const models = [{ name: context.model, results: fresh }];
  if (root && !model && pairOf(root, 'model-index')) return [...edits, appendItems(yaml, root, 'model-index', models)];
  return [...edits, appendKey(yaml, 'model-index', models)];
}

function resultOfSplit(model: YAMLMap, split: string, document: Document.Parsed): YAMLMap | undefined {
  const results = maps(model, 'results', document).filter(result => pairOf(result, 'metrics'));
  const splitOf = (result: YAMLMap) => textOf(asMap(pairOf(result, 'dataset')?.value, document)?.get('split'));
  return (
    results.find(result => splitOf(result) === split) ?? (results.length === 1 && split === '' ? results[0] : undefined)
  );
}

function metricItem({ name, value }: MetricEntry): YamlItem {
  return { type: describeMetric(name).type, name, value: rounded(value) };
}

function resultItem(split: string, metrics: readonly MetricEntry[], { task, dataset }: ResultContext): YamlItem {
  return {
    task: { type: task },
    dataset: split ? { ...dataset, split } : { ...dataset },
    metrics: metrics.map(metricItem),
  };
}
