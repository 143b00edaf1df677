import { expect, test } from 'vitest';
import { parseModelCard } from '../formats/model-card.ts';
import { readClaims } from './claims.ts';
import { lintCard } from './lint-card.ts';
import { newCard } from './new-card.ts';

const runOf = (metrics: Record<string, number>) => ({
  runId: '8f3a21c0'.padEnd(32, '0'),
  name: 'tidy-otter',
  params: { dataset: 'd' },
  tags: {},
  startTime: 0,
  endTime: 60_000,
  metrics: Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, { value, step: 0, timestamp: 0 }])),
});

test('N11 each result of a new card is bound to the metric that it is, whatever that is called', () => {
  const metrics = {
    'val loss': 0.25,
    acc: 0.5,
    'f1 (macro)': 0.75,
    'recall #3': 0.125,
    'auc: 100 %': 0.875,
    "score's “best”": 0.0625,
    val_auc: 0.9,
    auc: 0.8,
    'mæ/тест': 3,
  };
  const run = runOf(metrics);
  const directions = Object.fromEntries(Object.keys(metrics).map(name => [name, 'higher' as const]));
  const text = newCard(run, { model: 'churn', directions });
  const claims = readClaims(parseModelCard(text), []).filter(({ result }) => result !== null);
  const bound = claims.map(({ value, reference }) => [
    reference === null || reference === 'external' ? reference : `${reference.run} ${reference.metric}`,
    value,
  ]);
  expect(Object.fromEntries(bound)).toEqual(
    Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`8f3a21c0 ${name}`, value])),
  );
  const found = lintCard(text, { runs: { recent: [run], find: id => (run.runId.startsWith(id) ? [run] : []) } });
  expect(found.filter(({ rule }) => rule.startsWith('claim'))).toEqual([]);
});
