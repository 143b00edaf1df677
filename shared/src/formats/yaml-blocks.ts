/** One entry of a map or list as it stands in a file. Every line ends with `\n`. */
export interface YamlBlock {
  /** Comments and blank lines above it. */
  lead: string;
  text: string;
}

/** A map or list written on lines of its own, without its indentation. */
export interface YamlBlocks {
  entries: readonly YamlBlock[];
  /** Comments and blank lines below the last entry. */
  tail: string;
}

/**
 * Cuts a block map or block list into its entries by their indentation, without parsing what is inside: the text of entries that
 * two versions share need not be parsed at all. Null for what is written otherwise: in brackets, or with tabs.
 */
export function splitBlocks(text: string, kind: 'map' | 'list'): YamlBlocks | null {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const indent = lines.find(isContent)?.search(/\S/) ?? 0;
  const entries: YamlBlock[] = [];
  let pending = '';
  for (const raw of lines) {
    const line = raw.endsWith('\n') ? raw : `${raw}\n`;
    const column = line.search(/[^ ]/);
    const current = entries.at(-1);
    if (!isContent(line)) {
      // A comment that stands deeper is part of what it stands in, where it may even be text.
      if (current && line.trim() !== '' && column > indent) {
        current.text += outdent(pending + line, indent);
        pending = '';
      } else pending += line;
      continue;
    }
    const isItem = /^ *-(?=\s)/.test(line);
    if (column < indent || line[column] === '\t') return null;
    if (column === indent && (kind === 'list' ? isItem : !isItem)) {
      entries.push({ lead: outdent(pending, indent), text: line.slice(indent) });
    } else if (current && (column > indent || kind === 'map')) current.text += outdent(pending + line, indent);
    else return null;
    pending = '';
  }
  return { entries, tail: outdent(pending, indent) };
}

/** The key of an entry of a map; null where it is no plain or quoted text. */
export function entryKey({ text }: YamlBlock): string | null {
  const plain = /^([^\s"'#&*!?|>%@`{}[\],:-](?:[^:#\n]|:(?=\S)|(?<=\S)#)*?)\s*:(?=\s)/.exec(text)?.[1];
  return plain ?? /^(["'])((?:(?!\1)[^\\\n])+)\1\s*:(?=\s)/.exec(text)?.[2] ?? null;
}

/** What stands on the lines below an entry's key; null where the value begins on the line of the key. */
export function nestedText({ text }: YamlBlock): string | null {
  const firstLine = text.slice(0, text.indexOf('\n') + 1);
  if (!/:[ ]*(?:[ ]#[^\n]*)?\n$/.test(firstLine)) return null;
  const rest = text.slice(firstLine.length);
  return rest.trim() === '' ? null : rest;
}

/** An item of a list as the map that it is: its dash becomes a blank. */
export const itemText = ({ text }: YamlBlock): string => text.replace('-', ' ');

export function indented(text: string, by: number): string {
  return text.replaceAll(/^(?=[^\n])/gm, ' '.repeat(by));
}

function outdent(text: string, by: number): string {
  return by === 0 ? text : text.replaceAll(new RegExp(`^ {1,${by}}`, 'gm'), '');
}

function isContent(line: string): boolean {
  return /^\s*[^\s#]/.test(line);
}
