import { expect, test } from 'vitest';
import { anchorFor, placeOf } from './place.ts';

const card = [
  '# Card',
  '',
  '## Evaluation',
  '',
  'Accuracy on the held-out set is 0.951.',
  'Worst slice: age under 25.',
  '',
].join('\n');

test('a thread stands on the lines it was started on', () => {
  expect(anchorFor(card, 4, 4).quote).toBe('Accuracy on the held-out set is 0.951.');
  expect(placeOf(card, anchorFor(card, 4, 4))).toEqual({ startLine: 4, endLine: 4, orphaned: false });
  expect(placeOf(card, anchorFor(card, 4, 5))).toEqual({ startLine: 4, endLine: 5, orphaned: false });
});

test('it follows its text, and keeps its quote at the top when the text goes', () => {
  const anchor = anchorFor(card, 4, 4);
  expect(placeOf(`intro\n\n${card}`, anchor)).toEqual({ startLine: 6, endLine: 6, orphaned: false });
  expect(placeOf('# Card\n\nsomething else entirely\n', anchor)).toEqual({ startLine: 0, endLine: 0, orphaned: true });
});
