import { isMap, isScalar, type Pair, type YAMLMap } from 'yaml';
import { BenchmateError } from '../errors/benchmate-error.ts';
import { readParams, rootMap, valueSpan, type ParamValue } from './params-file.ts';
import { applyEdits, lineEnding, type TextEdit } from './text-edit.ts';
import { scalarText } from './yaml-scalar.ts';
import { asMap, keyText, nodeSpan, parseYaml, type ParsedYaml } from './yaml-text.ts';

/**
 * Sets one value of a params file: comments, order, quotes and every other byte stay. A key that is absent is added at the
 * end of its section. BAD_REQUEST when the file is not valid, when the key names a section or a value that is inherited by
 * an alias, or when the change would touch other values.
 */
export function setParam(text: string, key: string, value: ParamValue, path = 'params.yaml'): string {
  const parsed = parseYaml(text, path);
  const before = readParams(text, path);
  const edited = applyEdits(text, [editOf(text, parsed, key, value, path)]);
  const after = new Map(readParams(edited, path).map(entry => [entry.key, entry.value]));
  const kept = before.every(
    entry =>
      entry.key === key ||
      after.get(entry.key) === entry.value ||
      // A name without a value has become the section of the new one.
      (entry.value === 'null' && key.startsWith(`${entry.key}.`)),
  );
  if (kept && after.has(key)) return edited;
  throw new BenchmateError(
    'BAD_REQUEST',
    `${key} in ${path} cannot be set without changing other values.`,
    'Other values refer to it: edit the file by hand.',
  );
}

function editOf(text: string, parsed: ParsedYaml, key: string, value: ParamValue, path: string): TextEdit {
  const root = rootMap(parsed, path);
  if (!root) return appendTo(text, nested(key.split('.'), flowText(value), '', lineEnding(text)));
  const { map, pair, rest } = descend(root, key, parsed);
  if (pair && rest.length === 0) {
    if (asMap(pair.value, parsed.document)?.items.length)
      throw refusal(`${key} in ${path} is a section with values of its own.`, 'Name one of its values.');
    return replace(text, pair, value);
  }
  if (pair && isScalar(pair.value) && pair.value.value === null) {
    const [start, end] = valueSpan(text, pair);
    const indent = `${indentOf(text, map)}  `;
    return {
      startOffset: start,
      endOffset: end,
      text: lineEnding(text) + nested(rest, flowText(value), indent, lineEnding(text)),
    };
  }
  if (pair) throw refusal(`${keyText(pair)} in ${path} is a value, so ${key} cannot be set.`, 'Choose another name.');
  return map.flow ? addToFlow(text, map, rest, value) : addToBlock(text, map, rest, value);
}

/** The pair that `key` names, or the last section on the way to it and what is missing below (`rest`). Keys may hold dots themselves. */
function descend(root: YAMLMap, key: string, parsed: ParsedYaml): { map: YAMLMap; pair?: Pair; rest: string[] } {
  let map = root;
  let rest = key.split('.');
  for (;;) {
    const found = longestKey(map, rest);
    if (!found) return { map, rest };
    const below = rest.slice(found.parts);
    if (below.length === 0 || !isMap(found.pair.value)) return { map, pair: found.pair, rest: below };
    map = asMap(found.pair.value, parsed.document) ?? map;
    rest = below;
  }
}

function longestKey(map: YAMLMap, parts: readonly string[]): { pair: Pair; parts: number } | null {
  for (let count = parts.length; count > 0; count--) {
    const name = parts.slice(0, count).join('.');
    const pair = map.items.find(item => keyText(item) === name);
    if (pair) return { pair, parts: count };
  }
  return null;
}

function replace(text: string, pair: Pair, value: ParamValue): TextEdit {
  const [start, end] = valueSpan(text, pair);
  const type = isScalar(pair.value) ? pair.value.type : undefined;
  const quote = type === 'QUOTE_SINGLE' ? "'" : type === 'QUOTE_DOUBLE' ? '"' : '';
  const written = flowText(value, quote);
  // Values over several lines (`- 1`, `|`) begin on a line of their own: the new one follows the colon.
  const afterColon = text.indexOf(':', nodeSpan(pair.key)?.[1] ?? 0) + 1;
  if (start === end || /[\n\r]/.test(text.slice(start, end)) || /[\n\r]/.test(text.slice(afterColon, start)))
    return { startOffset: afterColon, endOffset: end, text: ` ${written}` };
  return { startOffset: start, endOffset: end, text: written };
}

function addToBlock(text: string, map: YAMLMap, rest: readonly string[], value: ParamValue): TextEdit {
  const last = map.items.at(-1);
  const end = last ? Math.max(valueSpan(text, last)[1], nodeSpan(last.key)?.[1] ?? 0) : text.length;
  const restOfLine = /^[^\n\r]*/.exec(text.slice(end))?.[0].length ?? 0;
  const newline = lineEnding(text);
  const offset = end + restOfLine;
  return {
    startOffset: offset,
    endOffset: offset,
    text: newline + nested(rest, flowText(value), indentOf(text, map), newline),
  };
}

function addToFlow(text: string, map: YAMLMap, rest: readonly string[], value: ParamValue): TextEdit {
  const [start, end] = nodeSpan(map) ?? [0, text.length];
  const inner = text.slice(start, end).replace(/[\s,]*\}\s*$/, '');
  const pairs = rest
    .toReversed()
    .reduce((below, part) => `${scalarText(part)}: ${below === '' ? flowText(value) : `{ ${below} }`}`, '');
  const offset = start + inner.length;
  return { startOffset: offset, endOffset: offset, text: `${map.items.length > 0 ? ', ' : ' '}${pairs}` };
}

function appendTo(text: string, line: string): TextEdit {
  const newline = lineEnding(text);
  const separator = text === '' || text.endsWith('\n') ? '' : newline;
  return { startOffset: text.length, endOffset: text.length, text: `${separator}${line}${newline}` };
}

function nested(parts: readonly string[], value: string, indent: string, newline: string): string {
  return parts
    .map((part, i) => `${indent}${'  '.repeat(i)}${scalarText(part)}:${i === parts.length - 1 ? ` ${value}` : ''}`)
    .join(newline);
}

function indentOf(text: string, map: YAMLMap): string {
  const start = nodeSpan(map.items[0]?.key)?.[0] ?? 0;
  const lineStart = Math.max(text.lastIndexOf('\n', start - 1), text.lastIndexOf('\r', start - 1)) + 1;
  return ' '.repeat(start - lineStart);
}

function flowText(value: ParamValue, quote: "'" | '"' | '' = ''): string {
  if (typeof value === 'object' && value !== null) return `[${value.map(item => scalarText(item)).join(', ')}]`;
  return scalarText(value, quote);
}

function refusal(message: string, nextStep: string): BenchmateError {
  return new BenchmateError('BAD_REQUEST', message, nextStep);
}
