import { markdownSections } from './markdown-sections.ts';

/** Offsets in UTF-16 code units from 0; `end` is after the last one. */
interface TextRange {
  start: number;
  end: number;
}

/** A block of a Markdown text that one may want to say something about. */
interface Passage {
  range: TextRange;
  /** The heading above it, and how it begins. */
  label: string;
}

const mostPassages = 500;
const longestBeginning = 60;
const frontMatter = /^---\r?\n[\s\S]*?\r?\n---\r?\n/;

/** Paragraphs, lists, tables of a text in order, without its front matter. */
export function passagesOf(markdown: string): Passage[] {
  const head = frontMatter.exec(markdown)?.[0].length ?? 0;
  const passages: Passage[] = [];
  for (const { title, text, textOffset } of markdownSections(markdown.slice(head)))
    for (const { 0: block, index } of text.matchAll(/\S[\s\S]*?(?=\s*$|\s*?\r?\n[ \t]*\r?\n)/g)) {
      if (passages.length === mostPassages) return passages;
      const start = head + textOffset + index;
      const words = block.replaceAll(/\s+/g, ' ');
      const beginning = words.length > longestBeginning ? `${words.slice(0, longestBeginning)}…` : words;
      passages.push({
        range: { start, end: start + block.length },
        label: title === '' ? beginning : `${title}: ${beginning}`,
      });
    }
  return passages;
}

/**
 * Where words stand in the source that somebody chose in the text as it is shown: between them may be other blanks and marks of
 * emphasis. `before`: what is shown before them, which tells the first of equal places from the second. Null where they do not stand
 * so in the source.
 */
export function rangeOfShown(markdown: string, shown: string, before: string): TextRange | null {
  const words = shown.trim().split(/\s+/);
  if (words[0] === '' || words.length > 400) return null;
  const pattern = new RegExp(words.map(escaped).join('[\\s*_`>|]+'), 'g');
  const head = frontMatter.exec(markdown)?.[0].length ?? 0;
  const earlier = [...before.matchAll(pattern)].length;
  const found = [...markdown.slice(head).matchAll(pattern)][earlier];
  return found ? { start: head + found.index, end: head + found.index + found[0].length } : null;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
