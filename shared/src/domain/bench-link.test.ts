import { expect, test } from 'vitest';
import { linksIn, linkTarget, linkTargetsIn, parseBenchLink, spellingsOf } from './bench-link.ts';

test('addresses are read with what they name and the part of it that is meant', () => {
  expect(parseBenchLink('run:8f3a#val/auc')).toEqual({ kind: 'run', run: '8f3a', metric: 'val/auc' });
  expect(parseBenchLink('run:8f3a')).toEqual({ kind: 'run', run: '8f3a', metric: null });
  expect(parseBenchLink('model:churn.classifier/v9')).toEqual({ kind: 'model', model: 'churn.classifier', version: 9 });
  expect(parseBenchLink('model:a/b')).toEqual({ kind: 'model', model: 'a/b', version: null });
  expect(parseBenchLink('line:src/train%20it.py#L4-L9')).toEqual({
    kind: 'line',
    path: 'src/train it.py',
    from: 4,
    to: 9,
  });
  expect(parseBenchLink('dataset:d-1')).toEqual({ kind: 'dataset', dataset: 'd-1' });
});

test('what is no address of ours, or names nothing, is none', () => {
  for (const href of [
    'run:',
    'run:8f',
    'run:../../x',
    'line:a.py',
    'line:a.py#L0',
    'command:x',
    'javascript:x',
    'model:%E0%A4%A',
    'note:a b',
  ])
    expect(parseBenchLink(href), href).toBeNull();
});

test('links are found in Markdown and in prose, each once, and not inside words or web addresses', () => {
  const text =
    'See [0.9](run:8f3a#auc), run:8f3a#auc. Then **model:churn**, <note:abcd> https://x.org/run:zzzz overrun:yyyy';
  expect(linksIn(text)).toEqual(['run:8f3a#auc', 'model:churn', 'note:abcd']);
  expect(linkTargetsIn(text)).toEqual(['run:8f3a', 'model:churn', 'note:abcd']);
  expect(linkTarget('line:params.yaml#L2')).toBe('line:params.yaml');
});

test('a thing is meant by every spelling that a text may use for it', () => {
  expect(spellingsOf('run:abcdef')).toEqual(['run:abcd', 'run:abcde', 'run:abcdef']);
  expect(spellingsOf('model:churn')).toEqual(['model:churn']);
});
