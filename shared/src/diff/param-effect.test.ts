import { expect, describe, test } from 'vitest';
import type { Run } from '../domain/run.ts';
import { paramEffects } from './param-effect.ts';

let started = 0;
const run = (
  name: string,
  params: Record<string, string>,
  metrics: Record<string, number | 'NaN'>,
  status: Run['status'] = 'FINISHED',
): Run => ({
  runId: name,
  name,
  experimentId: '1',
  experimentName: 'x',
  projectId: 'p',
  jobId: null,
  status,
  startTime: ++started,
  endTime: null,
  params,
  metrics: Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, { step: 1, timestamp: 1, value }])),
  tags: {},
  artifactUri: '',
});

const old = ['0.312', '0.310', '0.317'].map((loss, i) =>
  run(`old-${i}`, { lr: '0.01', seed: `${i}` }, { val_loss: Number(loss) }),
);
const fresh = ['0.281', '0.284', '0.279'].map((loss, i) =>
  run(`new-${i}`, { 'params.lr': '1e-3', seed: `${i}` }, { val_loss: Number(loss) }),
);
const baseline = old[0]!;
const file = { lr: '0.001', seed: '0' };
const texts = (input: Parameters<typeof paramEffects>[0]) => paramEffects(input).map(({ text }) => text);

describe('the effect of a changed param', () => {
  test('six runs of two settings and three seeds give the difference with its interval', () => {
    expect(paramEffects({ params: file, baseline, runs: [...old, ...fresh], metric: 'val_loss' })).toEqual([
      expect.objectContaining({
        key: 'lr',
        old: '0.01',
        new: '0.001',
        verdict: 'better',
        text: '0.01 → 0.001 · val_loss −0.032 ± 0.007 (n=3)',
      }),
    ]);
  });
  test('one run on each side has no interval', () => {
    expect(texts({ params: file, baseline, runs: [baseline, fresh[0]!], metric: 'val_loss' })).toEqual([
      '0.01 → 0.001 · val_loss −0.031 (n=1)',
    ]);
  });
  test('unequal counts are said', () => {
    expect(texts({ params: file, baseline, runs: fresh, metric: 'val_loss' })).toEqual([
      '0.01 → 0.001 · val_loss −0.0307 (n=3 vs 1)',
    ]);
  });
  test('without a run it says so, and runs that did not finish do not count', () => {
    const runs = [baseline, run('r', { lr: '0.001', seed: '0' }, { val_loss: 0.2 }, 'RUNNING')];
    expect(texts({ params: file, baseline, runs, metric: 'val_loss' })).toEqual(['0.01 → 0.001 · not run yet']);
  });
  test('nothing is said for params that mean the same', () => {
    expect(texts({ params: { lr: '1e-2', seed: '0' }, baseline, runs: old, metric: 'val_loss' })).toEqual([]);
  });
  test('the same seed twice is one repetition, the newest', () => {
    const again = run('again', { lr: '0.001', seed: '0' }, { val_loss: 0.3 });
    expect(texts({ params: file, baseline, runs: [baseline, fresh[0]!, again], metric: 'val_loss' })).toEqual([
      '0.01 → 0.001 · val_loss −0.012 (n=1)',
    ]);
  });
  test('a changed seed alone is called a seed', () => {
    expect(texts({ params: { lr: '0.01', seed: '4' }, baseline, runs: old, metric: 'val_loss' })).toEqual([
      '0 → 4 · seed',
    ]);
  });
  test('two changes share one effect', () => {
    const base = run('b', { lr: '0.01', depth: '2' }, { auc: 0.9 });
    const both = run('c', { lr: '0.1', depth: '3' }, { auc: 0.95 });
    expect(texts({ params: { lr: '0.1', depth: '3' }, baseline: base, runs: [base, both], metric: 'auc' })).toEqual([
      '0.01 → 0.1 · auc +0.05 (n=1) · together with 1 other change',
      '2 → 3 · auc +0.05 (n=1) · together with 1 other change',
    ]);
  });
  test('NaN and a missing metric are said as they are', () => {
    const nan = run('nan', { lr: '10', seed: '0' }, { val_loss: 'NaN' });
    expect(texts({ params: { lr: '10', seed: '0' }, baseline, runs: [nan], metric: 'val_loss' })).toEqual([
      '0.01 → 10 · val_loss NaN (n=1)',
    ]);
    expect(texts({ params: file, baseline, runs: fresh, metric: 'nope' })).toEqual(['0.01 → 0.001 · nope not logged']);
  });
  test('a nested key is found by its last part only when that is not ambiguous', () => {
    const base = run('auto', { learning_rate: '0.1' }, { auc: 1 });
    expect(texts({ params: { 'model.learning_rate': '0.2' }, baseline: base, runs: [], metric: 'auc' })).toEqual([
      '0.1 → 0.2 · not run yet',
    ]);
    expect(
      texts({
        params: { 'a.learning_rate': '0.2', 'b.learning_rate': '0.3' },
        baseline: base,
        runs: [],
        metric: 'auc',
      }),
    ).toEqual([]);
  });
});
