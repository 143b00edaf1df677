import { afterEach, beforeEach, expect, test } from 'vitest';
import { TurnedClock } from '../../host/turned-clock.ts';
import { openTracking } from '../runs/testing.ts';

let tracking: ReturnType<typeof openTracking<TurnedClock>>;
beforeEach(() => (tracking = openTracking(new TurnedClock())));
afterEach(() => tracking.store.close());

const newRun = async () => {
  const input = { experimentId: '0', name: '', userId: '', startTime: 1, tags: [], jobId: null };
  return (await tracking.runs.create(input)).runId;
};
const log = (runId: string, key: string, step: number, param?: string) =>
  tracking.runs.logBatch(runId, {
    metrics: [{ key, step, timestamp: step, value: step }],
    params: param === undefined ? [] : [{ key: 'p', value: param }],
    tags: [],
  });
const steps = async (runId: string, key: string) =>
  (await tracking.metrics.page(runId, key)).points.map(({ step }) => step);
const settled = () =>
  tracking.store.db
    .prepare('SELECT key, step, settled FROM latest_metric JOIN metric_key USING (key_id) ORDER BY key')
    .all();

test('what comes in one turn of the loop is written together, and each call settles with its own result', async () => {
  const [a, b] = [await newRun(), await newRun()];
  await log(a, 'x', 0, 'kept');
  const done = await Promise.allSettled([
    log(a, 'x', 2),
    log(a, 'x', 1),
    log(a, 'y', 1, 'changed'), // refused: the param has another value
    log(b, 'x', 7),
    log('0'.repeat(32), 'x', 9), // refused: no such run
    log(a, 'x', 2), // once more
  ]);
  expect(done.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(await steps(a, 'x')).toEqual([0, 1, 2]);
  expect(await steps(a, 'y')).toEqual([]);
  expect(await steps(b, 'x')).toEqual([7]);
  expect(tracking.runs.get(a).metrics.map(({ key, step }) => ({ key, step }))).toEqual([{ key: 'x', step: 2 }]);
});

test('other work of the same turn finds what was logged before it', async () => {
  const a = await newRun();
  const end = { status: 'FINISHED', endTime: 5, name: null } as const;
  await Promise.all([log(a, 'x', 1), log(a, 'y', 1), tracking.runs.update(a, end), log(a, 'x', 2)]);
  // Were they written after the end of the run, the search's index would not know them.
  expect(settled()).toEqual([
    { key: 'x', step: 2, settled: 1 },
    { key: 'y', step: 1, settled: 1 },
  ]);
});

test('a group that the disk refuses leaves nothing behind, neither then nor in the next one', async () => {
  const a = await newRun();
  await log(a, 'x', 0);
  tracking.store.db.exec(
    "CREATE TEMP TRIGGER full BEFORE INSERT ON metric WHEN NEW.step = 1 BEGIN SELECT RAISE(ROLLBACK, 'no space'); END",
  );
  const done = await Promise.allSettled([log(a, 'x', 1), log(a, 'x', 2)]);
  expect(done.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  tracking.store.db.exec('DROP TRIGGER full');
  await log(a, 'x', 3);
  expect(await steps(a, 'x')).toEqual([0, 3]);
});
