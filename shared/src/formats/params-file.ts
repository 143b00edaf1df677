import { isAlias, isCollection, isMap, isScalar, parse, type Pair, type YAMLMap } from 'yaml';
import { BenchmateError } from '../errors/benchmate-error.ts';
import {
  asMap,
  keyText,
  nodeSpan,
  parseYaml,
  rangeIn,
  resolved,
  type ParsedYaml,
  type TextRange,
} from './yaml-text.ts';

/** One value of a params file. */
export interface ParamEntry {
  /** Keys from the top joined by dots: `model.learning_rate`. */
  key: string;
  /** The value as text: a number as written (`1e-3`), a text without its quotes, a list on one line (`[1, 2]`). */
  value: string;
  /** Where the value stands, without comments and blanks around it. An empty value has an empty range after its colon. */
  range: TextRange;
  /** It comes from another place by an alias or a merge key (`<<`), where its range lies. */
  inherited: boolean;
}

/** Every value of a params file (YAML) with its place, in the order of the file. A list counts as one value. BAD_REQUEST when the file is not valid. */
export function readParams(text: string, path = 'params.yaml'): ParamEntry[] {
  const parsed = parseYaml(text, path);
  const root = rootMap(parsed, path);
  const entries = new Map<string, ParamEntry>();
  if (root) collect(root, { text, parsed, entries, prefix: '', inherited: false, ancestors: [] });
  return [...entries.values()];
}

/** The same as a record: dotted key → value text. */
export function flattenParams(text: string, path?: string): Record<string, string> {
  return Object.fromEntries(readParams(text, path).map(({ key, value }) => [key, value]));
}

/** A text from a command line (`--set lr=1e-3`) as the value that YAML reads from it. What is not a scalar or a list stays a text. */
export function parseParamValue(text: string): ParamValue {
  try {
    const value: unknown = parse(text, { logLevel: 'error' });
    if (Array.isArray(value) && value.every(isPlain)) return value;
    return isPlain(value) && value !== undefined ? value : text;
  } catch {
    return text;
  }
}

export type ParamValue = string | number | boolean | null | readonly (string | number | boolean | null)[];

/** The top of a params file: a map, or null for a file without values. */
export function rootMap({ document }: ParsedYaml, path: string): YAMLMap | null {
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return null;
  if (isMap(root)) return root;
  throw new BenchmateError(
    'BAD_REQUEST',
    `${path} holds ${isScalar(root) ? 'a single value' : 'a list'} where names with values are expected.`,
    'Write one `name: value` per line.',
  );
}

interface Walk {
  text: string;
  parsed: ParsedYaml;
  entries: Map<string, ParamEntry>;
  prefix: string;
  inherited: boolean;
  /** Maps around this one: an alias to one of them would never end. */
  ancestors: readonly YAMLMap[];
}

function collect(map: YAMLMap, walk: Walk): void {
  const { document } = walk.parsed;
  const inside = { ...walk, ancestors: [...walk.ancestors, map] };
  const merged: YAMLMap[] = [];
  for (const pair of map.items) {
    if (keyText(pair) === '<<') {
      const source = resolved(pair.value, document);
      const sources = isCollection(source) && !isMap(source) ? source.items : [source];
      merged.push(...sources.map(item => asMap(item, document)).filter(item => item !== null));
      continue;
    }
    const key = walk.prefix + keyText(pair);
    const section = asMap(pair.value, document);
    if (!section || section.items.length === 0) add(pair, key, walk);
    else if (!inside.ancestors.includes(section))
      collect(section, { ...inside, prefix: `${key}.`, inherited: walk.inherited || isAlias(pair.value) });
  }
  // What the map says itself wins over what it merges, and earlier sources over later ones.
  for (const source of merged) if (!inside.ancestors.includes(source)) collect(source, { ...inside, inherited: true });
}

function add(pair: Pair, key: string, { text, parsed, entries, inherited }: Walk): void {
  if (entries.has(key)) return;
  const [start, end] = valueSpan(text, pair);
  const value = valueText(pair.value, parsed, text);
  entries.set(key, { key, value, range: rangeIn(parsed.lines, start, end), inherited });
}

/** Offsets of the value of a pair; empty, behind the colon, when there is none. */
export function valueSpan(text: string, pair: Pair): [start: number, end: number] {
  const span = nodeSpan(pair.value);
  if (span && text.slice(span[0], span[1]).trim() !== '') {
    const end = span[0] + text.slice(span[0], span[1]).trimEnd().length;
    return [span[0], end];
  }
  const afterColon = text.indexOf(':', nodeSpan(pair.key)?.[1] ?? 0) + 1;
  return [afterColon, afterColon];
}

function valueText(node: unknown, parsed: ParsedYaml, text: string): string {
  const target = resolved(node, parsed.document);
  if (isScalar(target)) {
    if (typeof target.value === 'string') return target.value;
    if (target.value === null) return 'null';
    const span = nodeSpan(target);
    return span ? text.slice(span[0], span[1]).trim() : '';
  }
  if (isCollection(target)) return JSON.stringify(target.toJS(parsed.document)).replaceAll(',', ', ');
  return '';
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
