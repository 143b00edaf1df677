import { diffWordsWithSpace } from 'diff';
import type { WordChange } from './prose.ts';

/** Beyond so many changed words the effort grows with their square, and nobody reads them one by one. */
const longestEdit = 2000;

/** Word diff of two texts as they are, blanks and line ends included. */
export function changedWords(before: string, after: string): WordChange[] {
  const found = diffWordsWithSpace(before, after, { maxEditLength: longestEdit }) ?? [
    { value: before, added: false, removed: true },
    { value: after, added: true, removed: false },
  ];
  return found
    .map(({ value, added, removed }): WordChange => ({
      kind: added ? 'added' : removed ? 'removed' : 'same',
      text: value,
    }))
    .filter(({ text }) => text !== '');
}
