import { directionOf, type MetricDirection } from '../domain/metric.ts';
import { parseModelCard, type ModelCard } from '../formats/model-card.ts';
import { canonical, type EvalResult } from '../formats/model-index.ts';
import { diffSections, type SectionChange } from './section-diff.ts';
import { judge, type MetricVerdict } from './verdict.ts';

/** One key of the front matter that changed. */
export interface FieldChange {
  /** Dotted for nested keys: `co2_eq_emissions.emissions`. */
  key: string;
  kind: 'added' | 'removed' | 'changed';
  /** As text; null where the key is absent. */
  old: string | null;
  new: string | null;
  /** For lists, whose order means nothing: what came and what went. */
  addedItems: readonly string[];
  removedItems: readonly string[];
}

/** One evaluation result that changed. Which result it is, is everything but its value. */
export interface ResultChange {
  key: string;
  label: string;
  kind: 'added' | 'removed' | 'changed';
  old: EvalResult['value'];
  new: EvalResult['value'];
  difference: number | null;
  direction: MetricDirection;
  verdict: MetricVerdict;
}

/** What differs in meaning between two model cards. */
export interface CardDiff {
  /** Changes that may bind whoever uses the model: licence, base model, datasets. */
  flagged: readonly FieldChange[];
  results: readonly ResultChange[];
  fields: readonly FieldChange[];
  sections: readonly SectionChange[];
  /** Nothing differs but form: the order of keys, the flow of lines, quoting, comments in YAML. */
  empty: boolean;
}

const flaggedKeys = /^(license(_name|_link)?|base_model(_relation)?|datasets)$/;

/**
 * Semantic difference of two model cards: results of `model-index` as numbers with a direction, other front matter by key,
 * prose by words. Null stands for a card that does not exist. BAD_REQUEST when a card's YAML is not valid.
 */
export function diffCards(
  before: string | null,
  after: string | null,
  directions: Readonly<Record<string, MetricDirection>> = {},
): CardDiff {
  const old = parseModelCard(before ?? '', 'The old card');
  const current = parseModelCard(after ?? '', 'The new card');
  const changedFields = diffFields(old.fields, current.fields);
  const flagged = changedFields.filter(({ key }) => flaggedKeys.test(key));
  const fields = changedFields.filter(({ key }) => !flaggedKeys.test(key));
  const results = diffResults(old, current, directions);
  const sections = diffSections(old.sections, current.sections);
  const empty = flagged.length + fields.length + results.length + sections.length === 0;
  return { flagged, results, fields, sections, empty };
}

function diffResults(
  before: ModelCard,
  after: ModelCard,
  directions: Readonly<Record<string, MetricDirection>>,
): ResultChange[] {
  const [old, current] = [byKey(before.results), byKey(after.results)];
  const keys = [...new Set([...current.keys(), ...old.keys()])];
  return keys.flatMap(key => {
    const [a, b] = [old.get(key), current.get(key)];
    const result = (b ?? a)!;
    if (a && b && sameValue(a.value, b.value)) return [];
    const direction = resultDirection(result, directions);
    return {
      key,
      label: result.label,
      kind: a ? (b ? 'changed' : 'removed') : 'added',
      old: a?.value ?? null,
      new: b?.value ?? null,
      direction,
      ...judge(numberOf(a?.value), numberOf(b?.value), direction),
    };
  });
}

/** A card may state one result twice: the second and later ones are told apart by their number. */
function byKey(results: readonly EvalResult[]): Map<string, EvalResult> {
  const map = new Map<string, EvalResult>();
  for (const result of results) {
    let key = result.key;
    for (let n = 2; map.has(key); n++) key = `${result.key}#${n}`;
    map.set(key, result);
  }
  return map;
}

/** As declared for the metric's name or type, else as the usual names imply. */
function resultDirection(
  { metric }: EvalResult,
  directions: Readonly<Record<string, MetricDirection>>,
): MetricDirection {
  const byName = directionOf(metric.name, directions);
  return byName === 'unknown' && directions[metric.name] === undefined ? directionOf(metric.type, directions) : byName;
}

function sameValue(a: EvalResult['value'], b: EvalResult['value']): boolean {
  return Object.is(a, b) || (a !== null && b !== null && numberOf(a) !== null && numberOf(a) === numberOf(b));
}

function numberOf(value: EvalResult['value'] | undefined): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : null;
}

function diffFields(before: ModelCard['fields'], after: ModelCard['fields']): FieldChange[] {
  const [old, current] = [flatten(before), flatten(after)];
  const keys = [...new Set([...current.keys(), ...old.keys()])];
  return keys.flatMap(key => {
    const [a, b] = [old.get(key), current.get(key)];
    const [oldItems, newItems] = [items(a), items(b)];
    if (a !== undefined && b !== undefined && canonical(oldItems) === canonical(newItems)) return [];
    const listed = Array.isArray(a) || Array.isArray(b);
    return {
      key,
      kind: a === undefined ? 'added' : b === undefined ? 'removed' : 'changed',
      old: a === undefined ? null : oldItems.join(', '),
      new: b === undefined ? null : newItems.join(', '),
      addedItems: listed ? newItems.filter(item => !oldItems.includes(item)) : [],
      removedItems: listed ? oldItems.filter(item => !newItems.includes(item)) : [],
    };
  });
}

/** Nested maps by dotted keys; lists and scalars as they are. */
function flatten(fields: Readonly<Record<string, unknown>>, prefix = ''): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [name, value] of Object.entries(fields)) {
    const isSection = value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
    if (isSection && Object.keys(value).length > 0)
      for (const [key, inner] of flatten(value as Record<string, unknown>, `${prefix}${name}.`)) flat.set(key, inner);
    else flat.set(prefix + name, value);
  }
  return flat;
}

/** The Hub takes one text for a list of one (`language: en`), and no order in lists. */
function items(value: unknown): string[] {
  if (value === undefined) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.map(item => (item !== null && typeof item === 'object' ? canonical(item) : String(item)));
  return Array.isArray(value) ? texts.sort() : texts;
}
