import { expect, test } from 'vitest';
import type { Project } from '@benchmate/shared/domain/project';
import type { Run } from '@benchmate/shared/domain/run';
import { ParamsService } from './service.ts';

const run = (runId: string, lr: string, loss: number): Run => ({
  runId,
  name: runId,
  experimentId: '1',
  experimentName: 'churn',
  projectId: 'churn-12345678',
  jobId: null,
  status: 'FINISHED',
  startTime: 1,
  endTime: 2,
  params: { lr, 'model.depth': '3' },
  metrics: { val_loss: { step: 1, timestamp: 1, value: loss } },
  tags: {},
  artifactUri: '',
});
const runs = [run('new', '0.001', 0.2), run('base', '0.01', 0.3)];
const service = (baselineRunId: string | null) =>
  new ParamsService({
    project: projectId =>
      ({ projectId, baselineRunId, primaryMetric: 'val_loss', directions: {} }) as unknown as Project,
    run: runId => Promise.resolve(runs.find(each => each.runId === runId)),
    recentRuns: () => Promise.resolve(runs),
  });
const text = '# how fast\nlr: 0.001\nmodel:\n  depth: 3\n';

test('what differs from the baseline is said with the line on which it stands', async () => {
  expect(await service('base').effects('churn-12345678', text)).toEqual([
    expect.objectContaining({ line: 1, key: 'lr', old: '0.01', new: '0.001', verdict: 'better' }),
  ]);
});

test('nothing is said without a baseline, of one that is not here, and of what is half typed', async () => {
  expect(await service(null).effects('churn-12345678', text)).toEqual([]);
  expect(await service('of-a-teammate').effects('churn-12345678', text)).toEqual([]);
  expect(await service('base').effects('churn-12345678', 'lr: [0.1\nmodel')).toEqual([]);
  expect(await service('base').effects('churn-12345678', '- a list')).toEqual([]);
});
