import { makeAnchor } from '@benchmate/shared/documents/anchor';
import type { TextAnchor } from '@benchmate/shared/domain/thread-anchor';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** An anchor on the first place of some words, or on a line (from 1) without its outer blanks. */
export function anchorAt(content: string, place: { quote: string } | { line: number }): TextAnchor {
  if ('quote' in place) {
    const start = content.indexOf(place.quote);
    if (place.quote && start >= 0) return makeAnchor(content, { start, end: start + place.quote.length });
    throw new BenchmateError(
      'NOT_FOUND',
      `The file does not say “${place.quote}”.`,
      'Quote words as they stand there.',
    );
  }
  const lines = content.split('\n');
  const text = lines[place.line - 1];
  if (text === undefined)
    throw new BenchmateError('NOT_FOUND', `The file has no line ${place.line}.`, `It has ${lines.length} lines.`);
  const before = lines.slice(0, place.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const start = before + (text.length - text.trimStart().length);
  return makeAnchor(content, { start, end: start + text.trim().length });
}
