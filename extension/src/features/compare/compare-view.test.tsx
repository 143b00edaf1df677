import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { diffMetrics } from '@benchmate/shared/diff/metrics-diff';
import { diffParams } from '@benchmate/shared/diff/params-diff';
import type { Run } from '@benchmate/shared/domain/run';
import { CompareView } from './compare-view.tsx';

const run = (name: string, loss: number, lr: string): Run =>
  ({
    name,
    status: 'FINISHED',
    startTime: 0,
    endTime: 65_000,
    tags: {},
    params: { lr },
    metrics: { val_loss: { value: loss, step: 1, timestamp: 1 } },
  }) as unknown as Run;

test('two runs are compared under the names of their sides: the baseline, or the versions that they made', () => {
  const [old, current] = [run('tidy-otter', 0.4, '0.01'), run('calm-heron', 0.3, '0.001')];
  const content = {
    run: current,
    baseline: old,
    metrics: diffMetrics(old.metrics, current.metrics, { directions: {} }),
    params: diffParams(old.params, current.params),
  };
  const usual = renderToStaticMarkup(<CompareView {...content} />);
  expect(usual).toContain('compared with the baseline tidy-otter');
  expect(usual).toMatch(/<th[^>]*>Baseline<\/th><th[^>]*>This run<\/th>/);
  const versions = renderToStaticMarkup(<CompareView {...content} names={['v7', 'v9']} />);
  expect(versions).toContain('compared with v7 tidy-otter');
  expect(versions).toMatch(/<th[^>]*>v7<\/th><th[^>]*>v9<\/th>/);
  expect(versions).not.toContain('aseline');
});
