import { isAlias, isMap, isScalar, LineCounter, parseDocument, type Document, type Pair, type YAMLMap } from 'yaml';
import { BenchmateError } from '../errors/benchmate-error.ts';

/** A place in a text: line and column count from 0, columns in UTF-16 code units, as editors do. */
export interface TextPosition {
  line: number;
  column: number;
}

/** A part of a text, the end exclusive. Offsets count UTF-16 code units from 0. */
export interface TextRange {
  start: TextPosition;
  end: TextPosition;
  startOffset: number;
  endOffset: number;
}

export interface ParsedYaml {
  document: Document.Parsed;
  lines: LineCounter;
}

/**
 * Parses YAML whose nodes know their place. BAD_REQUEST names the file, the line (from 1) and what is wrong. `firstLine` is
 * how many lines of the file stand before the text, `what` the file's name in sentences.
 */
export function parseYaml(text: string, what: string, firstLine = 0): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const error = document.errors[0];
  if (!error) return { document, lines };
  const { line, col } = lines.linePos(error.pos[0]);
  const sentence = error.message.replace(/\s+/g, ' ').replace(/\.$/, '');
  throw new BenchmateError(
    'BAD_REQUEST',
    `${what} is not valid YAML at line ${Math.max(1, line) + firstLine}, column ${Math.max(1, col)}: ${sentence}.`,
    'Correct that line; nothing was changed.',
  );
}

export function rangeIn(lines: LineCounter, startOffset: number, endOffset: number): TextRange {
  const place = (offset: number): TextPosition => {
    const { line, col } = lines.linePos(offset);
    return { line: line - 1, column: col - 1 };
  };
  return { start: place(startOffset), end: place(endOffset), startOffset, endOffset };
}

/** Offsets of a node's own text, without the comment and the blank that follow it; null for a node that was not read from a text. */
export function nodeSpan(node: unknown): [start: number, end: number] | null {
  const range = (node as { range?: [number, number, number] | null } | null)?.range;
  return range ? [range[0], range[1]] : null;
}

/** The pair of a map by the text of its key. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find(pair => keyText(pair) === key);
}

export function keyText({ key }: Pair): string {
  const value: unknown = isScalar(key) ? key.value : key;
  // With merge keys on, `<<` is read as a symbol.
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
}

/** What a node stands for: an alias is followed. */
export function resolved(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

export function asMap(node: unknown, document: Document): YAMLMap | null {
  const target = resolved(node, document);
  return isMap(target) ? target : null;
}

/** The line (from 1) of the deepest key on the way that exists; `exact` where all of them do. */
export function findLine({ document, lines }: ParsedYaml, keys: readonly string[]): { line: number; exact: boolean } {
  let node: unknown = document.contents;
  let offset = nodeSpan(node)?.[0] ?? 0;
  let depth = 0;
  for (const key of keys) {
    const pair = asMap(node, document) ? pairOf(asMap(node, document)!, key) : undefined;
    if (!pair) {
      const item = (resolved(node, document) as { items?: unknown[] } | null)?.items?.[Number(key)];
      if (!item || !nodeSpan(item)) break;
      node = item;
      offset = nodeSpan(item)![0];
    } else {
      offset = nodeSpan(pair.key)?.[0] ?? offset;
      node = pair.value;
    }
    depth++;
  }
  return { line: Math.max(1, lines.linePos(offset).line), exact: depth === keys.length };
}
