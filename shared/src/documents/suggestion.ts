import type { Thread } from '../domain/review.ts';
import type { ThreadAnchor } from '../domain/thread-anchor.ts';
import { BenchmateError } from '../errors/benchmate-error.ts';
import { locate } from './anchor.ts';

const block = /^ {0,3}(`{3,}|~{3,})[ \t]*suggestion[ \t]*\r?\n([\s\S]*?)^ {0,3}\1[`~]*[ \t]*$/m;

/** What a comment wants to stand where its thread is: the first block ```` ```suggestion ```` in it; null without one. */
export function suggestionIn(body: string): string | null {
  const found = block.exec(body);
  return found ? found[2]!.replace(/\r?\n$/, '') : null;
}

/** The rest of such a comment. */
export const withoutSuggestion = (body: string): string => body.replace(block, '');

/** The block with which one begins to suggest: what the thread is about, to be changed. `from` and `to`: where that stands in it. */
export function newSuggestion(quote: string): { text: string; from: number; to: number } {
  const inside = Math.max(2, ...[...quote.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(inside + 1);
  const opening = `${fence}suggestion\n`;
  return { text: `${opening}${quote}\n${fence}`, from: opening.length, to: opening.length + quote.length };
}

/** Whether a suggestion in the thread can be applied to a file: it is about a piece of text that it quotes whole. */
export const takesSuggestions = ({ path, anchor }: Pick<Thread, 'path' | 'anchor'>): boolean =>
  (anchor.kind === undefined || anchor.kind === 'text' || anchor.kind === 'cell') &&
  anchor.quote.trim() !== '' &&
  anchor.quote.length < longestQuote &&
  !path.endsWith('.ipynb');

export interface SuggestedEdit {
  /** In the text as it is now. */
  start: number;
  end: number;
  before: string;
  after: string;
  /** Of `start`, from 0. */
  line: number;
}

/** Longer quotes are cut off in anchors: what stood behind the cut would stay, and the edit be half of one. */
const longestQuote = 1990;

/**
 * The edit that a suggestion is, in the text as it is now. Whole lines that are suggested with their indentation replace whole
 * lines. CONFLICT where what was commented on is gone or has changed meanwhile; BAD_REQUEST where it is no text.
 */
export function suggestedEdit(text: string, anchor: ThreadAnchor, suggestion: string): SuggestedEdit {
  if (anchor.kind !== undefined && anchor.kind !== 'text' && anchor.kind !== 'cell')
    throw new BenchmateError('BAD_REQUEST', 'The thread is not about a piece of text.', 'Make the change by hand.');
  if (anchor.quote.trim() === '' || anchor.quote.length >= longestQuote)
    throw new BenchmateError(
      'BAD_REQUEST',
      anchor.quote.trim() === '' ? 'The thread quotes no text.' : 'The thread is about more text than it quotes.',
      'Make the change by hand.',
    );
  const found = locate({ ...anchor, kind: 'text' }, text);
  if (found.kind === 'orphaned')
    throw new BenchmateError(
      'CONFLICT',
      'The text that the suggestion is about is gone.',
      'Look at the thread, and make the change by hand if it is still wanted.',
    );
  const { start, end } = found.range;
  if (plain(text.slice(start, end)) !== plain(anchor.quote))
    throw new BenchmateError(
      'CONFLICT',
      `The text has changed since the suggestion was made: line ${found.line + 1} says “${shortened(text.slice(start, end))}” now.`,
      'Look at the thread, and make the change by hand if it is still wanted.',
    );
  const from = /^[ \t]/.test(suggestion) ? indented(text, start) : start;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const after = suggestion.replace(/\r?\n/g, newline);
  return { start: from, end, before: text.slice(from, end), after, line: found.line };
}

export const withEdit = (text: string, { start, end, after }: SuggestedEdit): string =>
  text.slice(0, start) + after + text.slice(end);

/** Where the line begins, if nothing but blanks stands before. */
function indented(text: string, start: number): number {
  const line = text.lastIndexOf('\n', start - 1) + 1;
  return text.slice(line, start).trim() === '' ? line : start;
}

const plain = (text: string): string => text.replace(/\r\n/g, '\n').trim();
const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
