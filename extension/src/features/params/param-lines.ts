import { isMap, isScalar, LineCounter, parseDocument, type Node } from 'yaml';

/** One param of the file: dotted key, the text of its value, and the line (from 0) on which the value ends. */
export interface ParamLine {
  key: string;
  value: string;
  line: number;
}

/** The params of a YAML file in order. A file that is half typed gives those that can be read; other than a map gives none. */
export function paramLines(text: string): ParamLine[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: false, logLevel: 'silent' });
  const found: ParamLine[] = [];
  const walk = (node: unknown, prefix: string): void => {
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      const name = prefix + String(key.value);
      if (isMap(value)) walk(value, `${name}.`);
      else
        found.push({
          key: name,
          value: textOf(value as Node | null, text),
          line: lineOf((value as Node | null) ?? key, lines),
        });
    }
  };
  walk(document.contents, '');
  return found;
}

/** As training code would log it: a scalar's text, a list in brackets. */
function textOf(node: Node | null, source: string): string {
  if (node === null) return 'null';
  if (!isScalar(node)) return JSON.stringify(node.toJSON()).replaceAll('"', "'").replaceAll(',', ', ');
  const { source: written, value, range } = node;
  if (typeof value === 'string') return value;
  return written ?? (range ? source.slice(range[0], range[1]) : String(value));
}

function lineOf(node: Node, lines: LineCounter): number {
  const [, end = 0] = node.range ?? [];
  return lines.linePos(Math.max(0, end - 1)).line - 1;
}
