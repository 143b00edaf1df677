import { wordlist } from '@scure/bip39/wordlists/english.js';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Random } from '../../../host/clock.ts';

/** A code to be read aloud: the number says which invite, the words are the password. */
export interface SpokenCode {
  number: number;
  words: readonly string[];
}

const wordsPerCode = 3;
/** What BIP 39 made the list for: everyday words, told apart by their first four letters. */
const tellingLetters = 4;

/** Of the list, those that another one sounds like. No code has them. */
const soundAlike: ReadonlySet<string> = new Set(
  'pair pear peace piece right write medal metal you use device advice van fan'.split(' '),
);

/** Three words of 2,034: 33 bits, of which each guess has to be made with the inviting engine. */
export const randomWords = (random: Random): string[] => Array.from({ length: wordsPerCode }, () => randomWord(random));

function randomWord(random: Random): string {
  for (;;) {
    const [high = 0, low = 0] = random(2);
    const word = wordlist[((high << 8) | low) % wordlist.length]!; // 65,536 is a multiple of 2,048
    if (!soundAlike.has(word)) return word;
  }
}

/** `7-river-candy-orbit`. */
export const formatSpokenCode = ({ number, words }: SpokenCode): string => [number, ...words].join('-');

/**
 * As somebody types what they heard: blanks or hyphens, any case, words from their fourth letter on. Throws BAD_REQUEST,
 * so that a slip of the tongue costs none of the tries.
 */
export function parseSpokenCode(text: string): SpokenCode {
  const [number = '', ...words] = text
    .trim()
    .toLowerCase()
    .split(/[\s\-–.,]+/);
  if (!/^[1-9]\d{0,4}$/.test(number) || words.length !== wordsPerCode)
    throw new BenchmateError(
      'BAD_REQUEST',
      `“${text.trim().slice(0, 80)}” is not the code of an invite.`,
      'It is a number and three words, such as 7-river-candy-orbit.',
    );
  return { number: Number(number), words: words.map(known) };
}

function known(typed: string): string {
  const start = typed.slice(0, tellingLetters);
  const word = wordlist.find(each => each === typed || (each.startsWith(start) && typed.length >= tellingLetters));
  if (word !== undefined && word.startsWith(typed) && !soundAlike.has(word)) return word;
  throw new BenchmateError(
    'BAD_REQUEST',
    `No code has the word “${typed.slice(0, 40)}”.`,
    word ? `Perhaps it is “${word}”: ask to have it spelled.` : 'Ask to have it spelled.',
  );
}
