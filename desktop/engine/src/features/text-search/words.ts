/** Scripts that are written without spaces between words: each of their characters counts as a word of its own. */
const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const unspacedCharacter = new RegExp(`[${unspaced}]`, 'gu');
const word = new RegExp(`[${unspaced}]\\p{M}*|(?:(?![${unspaced}])[\\p{L}\\p{N}\\p{M}\\p{Cf}])+`, 'gu');
const ascii = /^\p{ASCII}*$/u;

/** A word of a text as it is compared, and where it stands (UTF-16 code units from 0). */
export interface Word {
  text: string;
  start: number;
  end: number;
}

/**
 * A text as it is compared: without case, accents and other marks, and without characters that nobody sees (zero-width,
 * direction), each character of scripts without spaces apart. Lengths change.
 */
export function folded(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]+/gu, '')
    .normalize('NFC')
    .replaceAll(unspacedCharacter, ' $& ');
}

/** The words of a text in order, found only as far as they are asked for. */
export function* wordsOf(text: string): Generator<Word> {
  for (const { 0: found, index } of text.matchAll(word)) {
    const compared = folded(found).trim();
    if (compared !== '') yield { text: compared, start: index, end: index + found.length };
  }
}
