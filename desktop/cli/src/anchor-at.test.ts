import { expect, test } from 'vitest';
import { anchorAt } from './anchor-at.ts';
import { pickById } from './pick-by-id.ts';

const content = '# Churn\n\n  Predicts churn.  \nEnd';

test('an anchor is on the first place of some words, or on a line without its blanks', () => {
  expect(anchorAt(content, { quote: 'churn' })).toMatchObject({ quote: 'churn', line: 2, suffix: '.  \nEnd' });
  expect(anchorAt(content, { line: 3 })).toMatchObject({ quote: 'Predicts churn.', line: 2, prefix: '# Churn\n\n  ' });
  expect(anchorAt(content, { line: 4 })).toMatchObject({ quote: 'End', line: 3 });
});

test('a place that is not there is refused with what is', () => {
  expect(() => anchorAt(content, { quote: 'absent' })).toThrow('The file does not say “absent”.');
  expect(() => anchorAt(content, { line: 9 })).toThrow(expect.objectContaining({ nextStep: 'It has 4 lines.' }));
});

test('things are picked by id, by name or by the beginning of an id, never by chance', () => {
  const items = [
    { id: 'abcd1', name: 'x' },
    { id: 'abcd2', name: 'abcd' },
    { id: 'efgh3', name: 'x' },
  ];
  const pick = (wanted: string) =>
    pickById(items, wanted, { what: 'note', id: ({ id }) => id, name: ({ name }) => name }).id;
  expect([pick('abcd1'), pick('abcd'), pick('efgh')]).toEqual(['abcd1', 'abcd2', 'efgh3']);
  expect(() => pick('x')).toThrow('More than one note fits');
  expect(() => pick('efg')).toThrow("There is no note 'efg'.");
});
