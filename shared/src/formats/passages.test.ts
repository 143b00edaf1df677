import { expect, test } from 'vitest';
import { passagesOf, rangeOfShown } from './passages.ts';

const card = [
  '---\nlicense: mit\n---\n# Churn\n\nNorwegian *customers*\nalone.\n\n## Metrics\n\n',
  '| auc |\n| --- |\n| 0.91 |\n\nMeasured once.\n\nMeasured once.\n',
].join('');
const cut = ({ start, end }: { start: number; end: number }) => card.slice(start, end);

test('blocks of a text are offered under their heading, without the front matter', () => {
  expect(passagesOf(card).map(({ range, label }) => [label, cut(range)])).toEqual([
    ['Churn: Norwegian *customers* alone.', 'Norwegian *customers*\nalone.'],
    ['Metrics: | auc | | --- | | 0.91 |', '| auc |\n| --- |\n| 0.91 |'],
    ['Metrics: Measured once.', 'Measured once.'],
    ['Metrics: Measured once.', 'Measured once.'],
  ]);
  expect(passagesOf('')).toEqual([]);
  expect(passagesOf('x\r\n\r\ny\r\n').map(({ label }) => label)).toEqual(['x', 'y']);
});

test('shown words are found in the source, whatever marks stand between them, and the second of two as the second', () => {
  const found = (shown: string, before = '') => rangeOfShown(card, shown, before);
  expect(cut(found('Norwegian customers alone')!)).toBe('Norwegian *customers*\nalone');
  expect(found('Measured once.', 'Measured once.\n')!.start).toBe(card.lastIndexOf('Measured'));
  expect(found('Measured once.')!.start).toBe(card.indexOf('Measured'));
  expect([
    found('license: mit'),
    found('not there'),
    found('  '),
    found('Measured once.', 'Measured once. '.repeat(2)),
  ]).toEqual([null, null, null, null]);
  expect(cut(rangeOfShown(card, '(0.91', '') ?? { start: 0, end: 0 })).toBe('');
});
