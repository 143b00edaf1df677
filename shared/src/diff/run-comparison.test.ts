import { describe, expect, test } from 'vitest';
import type { Run } from '../domain/run.ts';
import { diffMetrics } from './metrics-diff.ts';
import { diffParams } from './params-diff.ts';
import { sameParamValue } from './param-value.ts';
import { bestIndex, compareRuns } from './run-comparison.ts';
import { comparisonLines } from './run-comparison-text.ts';
import { plainText } from './text-line.ts';

const run = (name: string, params: Record<string, string>, metrics: Record<string, number | 'NaN'>): Run => ({
  runId: `id-${name}`,
  name,
  experimentId: '1',
  experimentName: 'x',
  projectId: null,
  jobId: null,
  status: 'FINISHED',
  startTime: 0,
  endTime: 1,
  params,
  metrics: Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, { step: 1, timestamp: 1, value }])),
  tags: {},
  artifactUri: '',
});
const a = run('tidy-otter', { lr: '0.1', depth: '3', same: '1e-3' }, { val_auc: 0.9, val_loss: 0.3, 'system/cpu': 1 });
const b = run('calm-fox', { lr: '0.01', depth: '3', same: '0.001' }, { val_auc: 0.95, val_loss: 0.35 });
const c = run('odd-yak', { lr: '0.2', depth: '3', same: '0.001' }, { val_auc: 'NaN', val_loss: 0.2 });

describe('comparing runs', () => {
  test('params that differ, metrics with verdicts, and the best', () => {
    const comparison = compareRuns([b, a, c], { baseline: a, primaryMetric: 'val_auc' });
    expect(comparison.runs.map(({ name }) => name)).toEqual(['tidy-otter', 'calm-fox', 'odd-yak']);
    expect(comparison.params).toEqual([{ key: 'lr', values: ['0.1', '0.01', '0.2'] }]);
    expect(comparison.metrics.map(({ key }) => key)).toEqual(['val_auc', 'val_loss']);
    expect(comparison.metrics[0]!.values.map(({ verdict }) => verdict)).toEqual(['equal', 'better', 'not-comparable']);
    expect(comparison.best).toBe('id-calm-fox');
    expect(comparison.metrics[1]!.best).toBe('id-odd-yak');
  });
  test('as lines', () => {
    const comparison = compareRuns([a, b, c], { baseline: a, primaryMetric: 'val_auc' });
    expect(comparisonLines(comparison).map(plainText).join('\n')).toMatchInlineSnapshot(`
      "            tidy-otter baseline   calm-fox ★     odd-yak
      lr                          0.1         0.01         0.2
      val_auc ↑                  0.90  0.95 ▲+0.05         NaN
      val_loss ↓                 0.30  0.35 ▼+0.05  0.20 ▲−0.1
      Best by val_auc (higher is better): calm-fox with 0.95."
    `);
  });
  test('nobody is called best on a tie, without a direction, or without values', () => {
    expect(bestIndex([1, 1], 'higher')).toBeNull();
    expect(bestIndex([1, 2], 'unknown')).toBeNull();
    expect(bestIndex([null, Number.NaN], 'lower')).toBeNull();
    expect(compareRuns([], { baseline: null }).best).toBeNull();
  });
});

test('metrics of a run against the baseline keep NaN and what is missing', () => {
  const changes = diffMetrics(a.metrics, c.metrics, { primaryMetric: 'val_loss' });
  expect(changes.map(({ key, old, new: value, verdict }) => [key, old, value, verdict])).toEqual([
    ['val_loss', 0.3, 0.2, 'better'],
    ['val_auc', 0.9, Number.NaN, 'not-comparable'],
  ]);
  expect(diffMetrics({}, b.metrics)[0]).toMatchObject({ old: null, difference: null, verdict: 'not-comparable' });
});

test('params of two runs', () => {
  expect(diffParams(a.params, b.params)).toEqual([{ key: 'lr', old: '0.1', new: '0.01' }]);
  expect(diffParams({}, { lr: '1' })).toEqual([{ key: 'lr', old: null, new: '1' }]);
});

test.each([
  ['1e-3', '0.001', true],
  ['1', '1.0', true],
  ['True', 'true', true],
  ['None', 'null', true],
  ['[1, 2]', '[ 1,2 ]', true],
  ["'adam'", 'adam', true],
  ['[1, 2]', '[1, 3]', false],
  ['9007199254740993', '9007199254740992', false],
  ['0', '-0', true],
  ['adam', 'sgd', false],
])('%s and %s mean the same: %s', (x, y, same) => expect(sameParamValue(x, y)).toBe(same));
