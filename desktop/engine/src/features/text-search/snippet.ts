import type { SnippetPart } from '@benchmate/shared/domain/text-hit';
import type { Term } from './query.ts';
import { wordsOf, type Word } from './words.ts';

const lengthAround = 160;
const lengthBefore = 40;

/** The first place of a text where one of the terms is found, with what stands around it, in one line. */
export function snippetOf(text: string, terms: readonly Term[]): SnippetPart[] {
  const hits: Word[] = [];
  const longest = Math.max(1, ...terms.map(({ words }) => words.length));
  const last: Word[] = [];
  for (const word of wordsOf(text)) {
    if (hits[0] && word.start > hits[0].start + lengthAround) break;
    last.push(word);
    if (last.length > longest) last.shift();
    const found = terms.find(term => endsWith(last, term));
    if (found) hits.push({ text: '', start: last[last.length - found.words.length]!.start, end: word.end });
  }
  const from = cutBefore(text, (hits[0]?.start ?? 0) - lengthBefore);
  const to = Math.max(cutAfter(text, from + lengthAround), hits[0]?.end ?? 0);
  const parts: SnippetPart[] = [];
  let [at, before] = [from, from > 0 ? '…' : ''];
  for (const { start, end } of hits.filter(hit => hit.end <= to)) {
    if (start < at) continue;
    parts.push({ text: before + text.slice(at, start), hit: false }, { text: text.slice(start, end), hit: true });
    [at, before] = [end, ''];
  }
  parts.push({ text: `${before}${text.slice(at, to)}${to < text.length ? '…' : ''}`, hit: false });
  return parts.map(part => ({ ...part, text: oneLine(part.text) })).filter(part => part.text !== '');
}

function endsWith(last: readonly Word[], { words, isPrefix }: Term): boolean {
  if (last.length < words.length) return false;
  const begin = last.length - words.length;
  return words.every((wanted, index) => {
    const { text } = last[begin + index]!;
    return isPrefix && index === words.length - 1 ? text.startsWith(wanted) : text === wanted;
  });
}

function cutBefore(text: string, index: number): number {
  if (index <= 0) return 0;
  const blank = text.slice(index, index + lengthBefore).search(/\s/u);
  return whole(text, blank < 0 ? index : index + blank + 1);
}

function cutAfter(text: string, index: number): number {
  if (index >= text.length) return text.length;
  const blank = text.slice(index - lengthBefore, index).search(/\s\S*$/u);
  return whole(text, blank < 0 ? index : index - lengthBefore + blank);
}

/** No surrogate pair is torn. */
const whole = (text: string, index: number): number =>
  /^[\uDC00-\uDFFF]/.test(text.slice(index, index + 1)) ? index + 1 : index;

const oneLine = (text: string): string => text.replaceAll(/\s+/gu, ' ');
