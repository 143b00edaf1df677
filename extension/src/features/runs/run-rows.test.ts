import { expect, test } from 'vitest';
import type { Project } from '@benchmate/shared/domain/project';
import type { Run } from '@benchmate/shared/domain/run';
import { groupRuns } from './run-groups.ts';
import { describeRun, rowName } from './run-rows.ts';

const run = (name: string, metrics: Record<string, number>, change: Partial<Run> = {}): Run => ({
  runId: name,
  name,
  experimentId: '1',
  experimentName: 'churn',
  projectId: 'churn-12345678',
  jobId: null,
  status: 'FINISHED',
  startTime: 1,
  endTime: 2,
  params: {},
  metrics: Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, { step: 1, timestamp: 1, value }])),
  tags: {},
  artifactUri: '',
  ...change,
});
const project = { projectId: 'churn-12345678', primaryMetric: 'val_loss', directions: {} } as unknown as Project;

test('a row shows the difference to the baseline with its direction, and says it in words', () => {
  const baseline = run('base', { val_loss: 0.343 });
  expect(describeRun(run('better', { val_loss: 0.312 }), project, baseline)).toEqual({
    description: '0.312 ▲ −0.031',
    spoken: 'Run better, finished, val_loss 0.312, better by 0.031 than the baseline',
  });
  expect(describeRun(baseline, project, baseline).description).toBe('0.343 · baseline');
  expect(describeRun(run('same', { val_loss: 0.343 }), project, baseline).description).toBe('0.343 · unchanged');
  expect(describeRun(run('nan', { val_loss: Number.NaN }), project, baseline).description).toBe('NaN · not comparable');
  expect(describeRun(run('other', { accuracy: 0.9 }), project, baseline).description).toBe('accuracy 0.9');
  expect(describeRun(run('none', {}, { status: 'RUNNING' }), project, baseline).description).toBe('running');
});

test('each run stands in one group, newest first', () => {
  const runs = [
    run('old', {}, { startTime: 1 }),
    run('new', {}, { startTime: 9 }),
    run('pinned', {}),
    run('elsewhere', {}, { projectId: null }),
  ];
  const groups = groupRuns(runs, new Set(['churn-12345678']), new Set(['pinned']));
  expect(Object.fromEntries(Object.entries(groups).map(([id, group]) => [id, group.map(({ name }) => name)]))).toEqual({
    pinned: ['pinned'],
    project: ['new', 'old'],
    others: ['elsewhere'],
  });
});

test('a long name keeps its beginning and its end', () => {
  expect(rowName('tidy-otter-12')).toBe('tidy-otter-12');
  expect(rowName('tabular-sweep-with-a-name-composed-by-script-1')).toBe('tabular-sweep-wit…-by-script-1');
});
