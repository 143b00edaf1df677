import { isSeq, type YAMLMap } from 'yaml';
import { lineEnding, type TextEdit } from './text-edit.ts';
import { scalarText } from './yaml-scalar.ts';
import { nodeSpan, pairOf } from './yaml-text.ts';

/** Plain data to be written as YAML. */
export interface YamlItem {
  [key: string]: string | number | YamlItem | readonly YamlItem[];
}

/** Adds items at the end of the list under a key of a map, in the way it is written: on lines of their own, or in brackets. */
export function appendItems(yaml: string, map: YAMLMap, key: string, items: readonly YamlItem[]): TextEdit {
  const pair = pairOf(map, key);
  const list = pair?.value;
  const afterColon = yaml.indexOf(':', nodeSpan(pair?.key)?.[1] ?? 0) + 1;
  const [start, end] = nodeSpan(list) ?? [afterColon, afterColon];
  const content = yaml.slice(start, end).trimEnd();
  const filled = isSeq(list) && list.items.length > 0;
  // Inside brackets nothing can stand on lines of its own.
  if (map.flow || (filled && isSeq(list) && list.flow)) {
    if (!filled) return { startOffset: afterColon, endOffset: Math.max(afterColon, end), text: ` ${inline(items)}` };
    const offset = start + content.slice(0, -1).trimEnd().replace(/,$/, '').length;
    return insertion(offset, items.map(item => `, ${inline(item)}`).join(''));
  }
  const newline = lineEnding(yaml);
  const column = filled ? columnOf(yaml, start) : columnOf(yaml, nodeSpan(pair?.key)?.[0] ?? 0) + 2;
  const text = lines(items, column)
    .map(line => newline + line)
    .join('');
  if (!filled) return { startOffset: afterColon, endOffset: Math.max(afterColon, end), text };
  const restOfLine = /^[^\n\r]*/.exec(yaml.slice(start + content.length))?.[0].length ?? 0;
  return insertion(start + content.length + restOfLine, text);
}

/** Adds a key with a list at the end of a file whose top is a map. */
export function appendKey(yaml: string, key: string, items: readonly YamlItem[]): TextEdit {
  const newline = lineEnding(yaml);
  const gap = yaml === '' || yaml.endsWith('\n') ? '' : newline;
  return insertion(yaml.length, `${gap}${[`${key}:`, ...lines(items, 2)].join(newline)}${newline}`);
}

function insertion(offset: number, text: string): TextEdit {
  return { startOffset: offset, endOffset: offset, text };
}

function lines(items: readonly YamlItem[], column: number): string[] {
  return items.flatMap(item => mapLines(item).map((line, i) => `${' '.repeat(column)}${i === 0 ? '- ' : '  '}${line}`));
}

function mapLines(item: YamlItem): string[] {
  return Object.entries(item).flatMap(([key, value]) => {
    if (typeof value !== 'object') return [`${key}: ${scalarText(value)}`];
    return [
      `${key}:`,
      ...(Array.isArray(value) ? lines(value, 2) : mapLines(value as YamlItem).map(line => `  ${line}`)),
    ];
  });
}

function inline(value: YamlItem[string]): string {
  if (typeof value !== 'object') return scalarText(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  return `{ ${Object.entries(value)
    .map(([key, inner]: [string, YamlItem[string]]) => `${key}: ${inline(inner)}`)
    .join(', ')} }`;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
