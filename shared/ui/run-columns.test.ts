import { expect, test } from 'vitest';
import type { Run } from '@benchmate/shared/domain/run';
import { sameRows } from './frozen-order.ts';
import { nextCell } from './grid-keys.ts';
import { columnFormat, compareSortValues, defaultColumnIds, runColumns, sortValue } from './run-columns.tsx';

const run = (runId: string, own: Partial<Run> = {}): Run => ({
  runId,
  name: runId,
  experimentId: '1',
  experimentName: 'churn',
  projectId: null,
  jobId: null,
  status: 'FINISHED',
  startTime: 0,
  endTime: 1000,
  params: { lr: '0.01' },
  metrics: { 'val/loss': { step: 1, timestamp: 1, value: 0.5 }, 'system/cpu': { step: 1, timestamp: 1, value: 9 } },
  tags: {},
  artifactUri: '',
  ...own,
});

test('primary metrics come first with their difference, the machine’s own last, and are not shown unasked', () => {
  const auc = { step: 1, timestamp: 1, value: 0.9 };
  const columns = runColumns([run('a'), run('b', { metrics: { ...run('b').metrics, auc } })], new Set(['auc']));
  const ids = columns.map(({ id }) => id);
  expect(ids.slice(4, 8)).toEqual(['metric:auc', 'difference', 'metric:val/loss', 'metric:system/cpu']);
  expect(defaultColumnIds(columns, true)).toContain('difference');
  expect(defaultColumnIds(columns, false)).not.toContain('difference');
  expect(defaultColumnIds(columns, true)).not.toContain('metric:system/cpu');
});

test('numbers sort as numbers, before texts; what is missing or no number goes last', () => {
  const column = runColumns([run('a')]).find(({ id }) => id === 'param:lr')!;
  const value = (lr: string) => sortValue(column, run('x', { params: { lr } }), null);
  const sorted = ['auto', '10', '1e-3', '9'].map(value).sort(compareSortValues);
  expect(sorted).toEqual([0.001, 9, 10, 'auto']);
  const metric = runColumns([run('a')]).find(({ id }) => id === 'metric:val/loss')!;
  const broken = run('x', { metrics: { 'val/loss': { step: 0, timestamp: 0, value: 'NaN' } } });
  expect(sortValue(metric, broken, null)).toBeUndefined();
});

test('a column’s values have the same decimals', () => {
  const at = (value: number) => run('x', { metrics: { auc: { step: 0, timestamp: 0, value } } });
  const format = columnFormat([at(0.9123), at(0.9)], 'auc');
  expect([format(0.9), format(0.9123)]).toEqual(['0.9000', '0.9123']);
});

test('rows keep their order while only metrics move', () => {
  const before = [run('a'), run('b')];
  const moved = [run('a', { metrics: {} }), before[1]!];
  expect(sameRows(before, moved)).toBe(true);
  expect(sameRows(before, [run('a', { status: 'FAILED' }), before[1]!])).toBe(false);
  expect(sameRows(before, [before[1]!, before[0]!])).toBe(false);
  expect(sameRows(before, [before[0]!])).toBe(false);
});

test('keys move within the grid and never out of it', () => {
  const bounds = { rows: 100, columns: 5, page: 20 };
  const from = (key: string, row: number, column: number, ctrlKey = false) =>
    nextCell({ key, ctrlKey }, { row, column }, bounds);
  expect(from('ArrowUp', 0, 2)).toEqual({ row: -1, column: 2 });
  expect(from('ArrowUp', -1, 2)).toEqual({ row: -1, column: 2 });
  expect(from('ArrowRight', 3, 4)).toEqual({ row: 3, column: 4 });
  expect(from('PageDown', 95, 0)).toEqual({ row: 99, column: 0 });
  expect(from('PageUp', 5, 0)).toEqual({ row: 0, column: 0 });
  expect(from('End', 5, 0, true)).toEqual({ row: 99, column: 4 });
  expect(from('Home', 5, 3)).toEqual({ row: 5, column: 0 });
  expect(from('a', 5, 3)).toBeNull();
});
