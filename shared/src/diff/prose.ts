import { diffArrays } from 'diff';
import { markdownLines } from '../formats/markdown-sections.ts';

/** A stretch of words that stayed, came or went. Their texts in order give the new prose (without `removed`) or the old one (without `added`). */
export interface WordChange {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/**
 * Markdown as it reads: lines of one paragraph are joined and blanks collapse, so that reflowed prose is equal. Lists, tables,
 * quotes, code and comments keep their lines.
 */
export function normalizeProse(markdown: string): string {
  const out: string[] = [];
  let inParagraph = false;
  for (const { line, literal } of markdownLines(markdown)) {
    const text = line.replace(/\r?\n$/, '');
    if (literal) {
      out.push(text.trimEnd());
      inParagraph = false;
      continue;
    }
    const trimmed = text.trim().replaceAll(/\s+/g, ' ');
    const continues = inParagraph && trimmed !== '' && !startsBlock(trimmed);
    if (continues) out[out.length - 1] += ` ${trimmed}`;
    else if (startsTable(trimmed)) out.push(trimmed.replaceAll(/-{2,}/g, '--'));
    else out.push(trimmed);
    inParagraph = trimmed !== '' && !startsTable(trimmed) && !trimmed.startsWith('<!--');
  }
  return out
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

function startsTable(line: string): boolean {
  return line.startsWith('|');
}

function startsBlock(line: string): boolean {
  return /^([-*+] |\d+[.)] |[|>#]|<!--|={3,}$|-{3,}$)/.test(line);
}

/** Beyond so many changed words the effort grows with their square, and nobody reads them one by one. */
const longestEdit = 3000;

/** Word diff of two normalised texts; empty when they are equal. */
export function diffProse(before: string, after: string): WordChange[] {
  if (before === after) return [];
  const found = diffArrays(words(before), words(after), { maxEditLength: longestEdit });
  if (!found)
    return [
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ];
  const changes = found.map(({ value, added, removed }): WordChange => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value.join(''),
  }));
  return changes.filter(({ text }) => text !== '');
}

/** Share of the words that two texts have in common, 0 to 1. */
export function proseSimilarity(before: string, after: string): number {
  const [a, b] = [plainWords(before), plainWords(after)];
  if (a.length + b.length === 0) return 0;
  const left = new Map<string, number>();
  for (const word of a) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of b) {
    const rest = left.get(word) ?? 0;
    if (rest === 0) continue;
    shared++;
    left.set(word, rest - 1);
  }
  return (2 * shared) / (a.length + b.length);
}

function plainWords(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Words with the blank after them, so that a change never leaves two blanks behind; marks of their own, numbers whole. */
function words(text: string): string[] {
  return text.match(/(?:[\p{L}\p{M}\p{N}_]+(?:[.,'’−-][\p{L}\p{M}\p{N}_]+)*|[^\s])[^\S\n]*|\n/gu) ?? [];
}
