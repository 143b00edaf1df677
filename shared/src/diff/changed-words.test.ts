import { expect, test } from 'vitest';
import { changedWords } from './changed-words.ts';

const side = (before: string, after: string, without: 'added' | 'removed') =>
  changedWords(before, after)
    .filter(({ kind }) => kind !== without)
    .map(({ text }) => text)
    .join('');

test.each([
  ['  lr: 0.01\n', '    lr: 0.001\n  seed: 1\n'],
  ['', 'all of it is new'],
  ['nothing stays', ''],
  ['x '.repeat(3000), 'y '.repeat(3000)],
])('both texts can be read from the changed words, blanks included', (before, after) => {
  expect([side(before, after, 'added'), side(before, after, 'removed')]).toEqual([before, after]);
});

test('words that stay are told from those that came and went', () => {
  expect(changedWords('AUC 0.91 on test', 'AUC 0.93 on test').map(({ kind, text }) => [kind, text])).toEqual([
    ['same', 'AUC '],
    ['removed', '0.91'],
    ['added', '0.93'],
    ['same', ' on test'],
  ]);
});
