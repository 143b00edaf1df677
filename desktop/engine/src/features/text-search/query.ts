import { wordsOf } from './words.ts';

/** Words that must stand in a text one after the other; the last may be the beginning of one. */
export interface Term {
  words: readonly string[];
  isPrefix: boolean;
}

const mostTerms = 24;

/**
 * What somebody typed, as terms that must all be found: words, `"phrases"`, `beginnings*`. Everything else in it is taken as
 * spaces, so nothing that is typed is an error; `val_loss` is the words side by side. `typing`: the last word is still being written.
 */
export function termsOf(query: string, { typing = false } = {}): Term[] {
  const parts = [...query.matchAll(/"([^"]*)("?)(\*?)|([^\s"]+)/gu)];
  const terms = parts.flatMap(([whole, phrase, closed, star, plain], index): Term[] => {
    const words = [...wordsOf(phrase ?? plain ?? '')].map(({ text }) => text);
    if (words.length === 0) return [];
    const isLast = index === parts.length - 1 && /[\p{L}\p{N}\p{M}]$/u.test(query);
    const isOpen = typing && isLast && closed !== '"';
    return [{ words, isPrefix: isOpen || star === '*' || whole.endsWith('*') }];
  });
  return terms.slice(0, mostTerms);
}

/** The terms in FTS5's language: every word is in quotes, so none of them is an operator. */
export const matchExpression = (terms: readonly Term[]): string =>
  terms.map(({ words, isPrefix }) => `"${words.join(' ')}"${isPrefix ? ' *' : ''}`).join(' AND ');
