import { isScalar, isSeq, type Document, type YAMLMap } from 'yaml';
import { asMap, nodeSpan, pairOf, resolved } from './yaml-text.ts';

/**
 * One value of `model-index`, Hugging Face's list of evaluation results (hub-docs `modelcard.md`; huggingface_hub
 * `EvalResult`). Two results are the same result iff all attributes but the value (and `verifyToken`, which is derived from
 * it) are equal.
 */
export interface EvalResult {
  /** Equal for results that are the same but for their value. */
  key: string;
  /** What people call it: `accuracy on imdb (plain_text, test)`. */
  label: string;
  model: string;
  task: { type: string; name: string };
  dataset: { type: string; name: string; config: string; split: string; revision: string };
  metric: { type: string; name: string; config: string };
  /** As written: mostly a number, sometimes a text. Null where it stands empty. */
  value: number | string | boolean | null;
  /** Offsets of the value in the YAML; null where there is none to replace. */
  valueSpan: [start: number, end: number] | null;
}

/** The results of a card in the order of the file. What is not shaped as a result is passed over. */
export function readModelIndex(document: Document.Parsed): EvalResult[] {
  const root = asMap(document.contents, document);
  const models = root ? maps(root, 'model-index', document) : [];
  const several = models.length > 1;
  return models.flatMap(model =>
    maps(model, 'results', document).flatMap(result =>
      maps(result, 'metrics', document).map(metric => readResult({ document, model, result, metric, several })),
    ),
  );
}

interface ResultNodes {
  document: Document.Parsed;
  model: YAMLMap;
  result: YAMLMap;
  metric: YAMLMap;
  /** The card describes several models: their names tell results apart. */
  several: boolean;
}

function readResult({ document, model, result, metric, several }: ResultNodes): EvalResult {
  const plain = (map: YAMLMap | null, without: readonly string[] = []): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries((map?.toJS(document) ?? {}) as Record<string, unknown>).filter(
        ([name]) => !without.includes(name),
      ),
    );
  const section = (name: string) => plain(asMap(pairOf(result, name)?.value, document));
  const [task, dataset] = [section('task'), section('dataset')];
  const own = plain(metric, ['value', 'verifyToken', 'verified']);
  // Not by `plain`, which would read all the model's results once for each of them.
  const named = resolved(pairOf(model, 'name')?.value, document);
  const modelName = isScalar(named) ? textOf(named.value) : '';
  const valueNode = pairOf(metric, 'value')?.value;
  const target = resolved(valueNode, document);
  const described = {
    model: modelName,
    task: { type: textOf(task.type), name: textOf(task.name) },
    dataset: {
      type: textOf(dataset.type),
      name: textOf(dataset.name),
      config: textOf(dataset.config),
      split: textOf(dataset.split),
      revision: textOf(dataset.revision),
    },
    metric: { type: textOf(own.type), name: textOf(own.name), config: textOf(own.config) },
  };
  return {
    key: canonical([several ? modelName : '', task, dataset, own, section('source')]),
    label: labelOf(described),
    ...described,
    value: isScalar(target) ? (target.value as EvalResult['value']) : null,
    valueSpan: isScalar(valueNode) ? nodeSpan(valueNode) : null,
  };
}

/** The maps of a list under a key. */
export function maps(map: YAMLMap, key: string, document: Document): YAMLMap[] {
  const list = resolved(pairOf(map, key)?.value, document);
  return isSeq(list) ? list.items.map(item => asMap(item, document)).filter(item => item !== null) : [];
}

/** What people call a metric: its name, else its type. */
export function metricName({ metric }: Pick<EvalResult, 'metric'>): string {
  return metric.name || metric.type || 'value';
}

function labelOf({ dataset, metric }: Pick<EvalResult, 'dataset' | 'metric'>): string {
  const place = dataset.name || dataset.type;
  const details = [dataset.config, dataset.split].filter(Boolean).join(', ');
  return `${metricName({ metric })}${place ? ` on ${place}` : ''}${details ? ` (${details})` : ''}`;
}

/** A scalar as text; what is absent or no scalar is empty. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** JSON with sorted keys: the order of YAML keys means nothing. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
