import { markdownSections } from './markdown-sections.ts';
import { lineEnding, type TextEdit } from './text-edit.ts';

/** Names of the blocks of a card's prose that Benchmate writes; everything around them belongs to people. */
export type CardBlock = 'results' | 'params';

const opening = (name: CardBlock) => `<!-- benchmate:${name} -->`;
const closing = (name: CardBlock) => `<!-- /benchmate:${name} -->`;

/** Where the block's content stands: between its two markers. Null without both of them. */
export function findBlock(body: string, name: CardBlock): { start: number; end: number } | null {
  const from = body.indexOf(opening(name));
  if (from < 0) return null;
  const start = from + opening(name).length;
  const end = body.indexOf(closing(name), start);
  return end < 0 ? null : { start, end };
}

/** Replaces what stands between the markers; null when there is no such block, or when it says so already. */
export function replaceBlock(body: string, name: CardBlock, content: readonly string[]): TextEdit | null {
  const block = findBlock(body, name);
  if (!block) return null;
  const newline = lineEnding(body);
  const text = `${newline}${content.join(newline)}${newline}`;
  return body.slice(block.start, block.end) === text ? null : { startOffset: block.start, endOffset: block.end, text };
}

/** A new block under the first heading with this title, or under a new heading at the end. */
export function insertBlock(body: string, name: CardBlock, title: string, content: readonly string[]): TextEdit {
  const newline = lineEnding(body);
  const block = [opening(name), ...content, closing(name), ''].join(newline);
  const section = markdownSections(body).find(candidate => candidate.title.toLowerCase() === title.toLowerCase());
  if (section) {
    const at = section.textOffset;
    const gap = body.slice(0, at).endsWith('\n') ? newline : newline + newline;
    return { startOffset: at, endOffset: at, text: gap + block };
  }
  const gap = body === '' ? '' : body.endsWith('\n') ? newline : newline + newline;
  return { startOffset: body.length, endOffset: body.length, text: `${gap}## ${title}${newline}${newline}${block}` };
}

/** The value cells of a table that people wrote under a heading: the cell behind a cell that holds exactly the name. */
export function findValueCell(
  body: string,
  title: string,
  name: string,
): { start: number; end: number; text: string } | null {
  const section = markdownSections(body).find(candidate => candidate.title.toLowerCase() === title.toLowerCase());
  if (!section) return null;
  const literal = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('_', '\\\\?_');
  const row = new RegExp(`^([ \\t]*\\|[ \\t]*[\`*]*${literal}[\`*]*[ \\t]*\\|[ \\t]*)([^|\\n]*?)[ \\t]*\\|`, 'im').exec(
    section.text,
  );
  if (!row) return null;
  const start = section.textOffset + row.index + row[1]!.length;
  return { start, end: start + row[2]!.length, text: row[2]! };
}

/** A table of two columns. */
export function markdownTable(head: readonly [string, string], rows: readonly (readonly [string, string])[]): string[] {
  return [
    `| ${head.join(' | ')} |`,
    '| --- | ---: |',
    ...rows.map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`),
  ];
}

function cell(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;');
}
