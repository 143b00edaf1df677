import { diffArrays } from 'diff';
import type { WordChange } from './prose.ts';

/** Beyond so many changed words the effort grows with their square, and nobody reads them one by one. */
const longestEdit = 500;

/** Word diff of two texts as they are, blanks and line ends included; numbers are whole words. */
export function changedWords(before: string, after: string): WordChange[] {
  const found = diffArrays(words(before), words(after), { maxEditLength: longestEdit }) ?? [
    { value: [before], added: false, removed: true },
    { value: [after], added: true, removed: false },
  ];
  return found
    .map(({ value, added, removed }): WordChange => ({
      kind: added ? 'added' : removed ? 'removed' : 'same',
      text: value.join(''),
    }))
    .filter(({ text }) => text !== '');
}

const words = (text: string): string[] =>
  text.match(/[\p{L}\p{M}\p{N}_]+(?:[.,'’−-][\p{L}\p{M}\p{N}_]+)*|\s+|[^\s]/gu) ?? [];
