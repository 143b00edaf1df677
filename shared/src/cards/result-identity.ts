import { canonical, textOf } from '../formats/model-index.ts';

/** What a map or list of the front matter holds, as far as its items have an identity of their own. */
export interface Shape {
  /** Shapes of the values of a map. */
  values?: Readonly<Record<string, Shape>>;
  /** What an item of a list is, whatever its value: equal for items that are to be merged with each other. */
  itemKey?: (item: unknown) => string;
  /** Told apart further by this, where several items of a list have one key. */
  innerKey?: (item: unknown) => string;
  /** Where every version of the list has one item, it is the same, whatever it says. */
  single?: boolean;
  item?: Shape;
}

type Fields = Record<string, unknown>;

const without = (item: unknown, names: readonly string[]): string =>
  canonical(Object.fromEntries(Object.entries(fieldsOf(item)).filter(([name]) => !names.includes(name))));

function fieldsOf(item: unknown): Fields {
  return item !== null && typeof item === 'object' && !Array.isArray(item) ? (item as Fields) : { item };
}

const metric: Shape = {};
const metricKey = (item: unknown): string => without(item, ['value', 'verifyToken', 'verified']);
const result: Shape = {
  values: { metrics: { itemKey: metricKey, item: metric }, task: {}, dataset: {}, source: {} },
};
const model: Shape = {
  values: {
    results: {
      itemKey: item => without(item, ['metrics']),
      innerKey: item => {
        const { metrics } = fieldsOf(item);
        return Array.isArray(metrics) ? metricKey(metrics[0]) : '';
      },
      item: result,
    },
  },
};

/**
 * Hugging Face's front matter. Two results are one iff task, dataset, source and everything of the metric but its value are
 * equal (huggingface_hub `EvalResult.is_equal_except_value`).
 */
export const cardShape: Shape = {
  values: { 'model-index': { itemKey: item => textOf(fieldsOf(item).name), single: true, item: model } },
};

/** Items of any other list: by name or id where they have one, else by what they say. */
export function usualKey(item: unknown): string {
  const { name, id } = fieldsOf(item);
  const named = textOf(name) || textOf(id);
  return named ? `name ${named}` : canonical(item ?? null);
}

/** What people call an item of a list. */
export function itemLabel(item: unknown): string {
  const { name, type, dataset, item: plain } = fieldsOf(item);
  const { name: dataName, type: dataType, split } = fieldsOf(dataset);
  const own = textOf(name) || textOf(type) || textOf(plain);
  return own || [textOf(dataName) || textOf(dataType), textOf(split)].filter(Boolean).join(' ') || 'item';
}
