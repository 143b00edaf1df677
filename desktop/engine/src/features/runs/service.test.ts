import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TurnedClock } from '../../host/turned-clock.ts';
import type { LoggedPoint } from '../metrics/point.ts';
import { isLater } from '../metrics/point.ts';
import { runsHandlers } from './handlers.ts';
import { emptyRun, openTracking } from './testing.ts';

let tracking: ReturnType<typeof openTracking<TurnedClock>>;
beforeEach(() => {
  tracking = openTracking(new TurnedClock());
});
afterEach(() => tracking.store.close());

const nothing = { metrics: [], params: [], tags: [] };
const point = (key: string, value: number, step = 0, timestamp = 0): LoggedPoint => ({ key, value, step, timestamp });

describe('a run', () => {
  test('gets a name when it has none, and one from its tag', async () => {
    const { runs } = tracking;
    expect((await runs.create(emptyRun)).name).toMatch(/^[a-z]+-[a-z]+-\d{1,3}$/);
    const tags = [{ key: 'mlflow.runName', value: 'tagged' }];
    expect((await runs.create({ ...emptyRun, tags })).name).toBe('tagged');
    await expect(runs.create({ ...emptyRun, tags, name: 'other' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('belongs to its job and that job’s project, else to the project of its experiment', async () => {
    const { runs, experiments } = tracking;
    const experimentId = await experiments.create({ name: 'churn', tags: [] });
    expect(await runs.create({ ...emptyRun, experimentId })).toMatchObject({ projectId: 'churn-project', jobId: null });
    const ofJob = await runs.create({ ...emptyRun, experimentId, jobId: 'job-1' });
    expect(ofJob).toMatchObject({ projectId: 'project-of-job', jobId: 'job-1' });
    expect(await runs.create({ ...emptyRun, experimentId, jobId: 'job-2' })).toMatchObject({
      projectId: 'churn-project',
    });
    expect((await runs.create(emptyRun)).projectId).toBeNull();
    await runs.logBatch(ofJob.runId, {
      ...nothing,
      metrics: [point('a', 1, 3), point('b', 1, 7)],
      params: [{ key: 'epochs', value: '9' }],
    });
    expect(runs.ofJob('job-1')).toEqual([{ runId: ofJob.runId, latestStep: 7, epochs: '9' }]);
    expect(runs.ofJob('job-3')).toEqual([]);
  });

  test('keeps its params: the same again is no change, another value is refused with the whole batch', async () => {
    const { runs } = tracking;
    const { runId } = await runs.create(emptyRun);
    await runs.logBatch(runId, { ...nothing, params: [{ key: 'lr', value: '1' }] });
    await runs.logBatch(runId, { ...nothing, params: [{ key: 'lr', value: '1' }] });
    const changed = {
      metrics: [point('new', 1)],
      tags: [{ key: 't', value: 'u' }],
      params: [{ key: 'lr', value: '2' }],
    };
    await expect(runs.logBatch(runId, changed)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const run = runs.get(runId);
    expect(run.params).toEqual([{ key: 'lr', value: '1' }]);
    expect(run.metrics).toEqual([]);
    expect(run.tags.map(({ key }) => key)).toEqual(['mlflow.runName']);
  });

  test('takes nothing while it is deleted', async () => {
    const { runs } = tracking;
    const { runId } = await runs.create(emptyRun);
    await runs.setLifecycle(runId, 'deleted');
    await expect(runs.logBatch(runId, nothing)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(runs.deleteTag(runId, 'mlflow.runName')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await runs.setLifecycle(runId, 'active');
    await runs.logBatch(runId, nothing);
  });

  test('keeps the engine while it may still log, but not for ever', async () => {
    const { runs, clock } = tracking;
    expect(runs.isBusy()).toBe(false);
    const { runId } = await runs.create(emptyRun);
    clock.turn(11 * 3_600_000);
    expect(runs.isBusy()).toBe(true);
    await runs.logBatch(runId, { ...nothing, metrics: [point('m', 1)] });
    clock.turn(11 * 3_600_000);
    expect(runs.isBusy()).toBe(true);
    clock.turn(2 * 3_600_000);
    expect(runs.isBusy()).toBe(false);
    await runs.update(runId, { status: 'FINISHED', endTime: 1, name: null });
    expect(runs.isBusy()).toBe(false);
  });

  test('is found by id, by the beginning of its id, and by a name that only it has', async () => {
    const { runs } = tracking;
    const a = await runs.create({ ...emptyRun, name: 'tidy-otter-1' });
    await runs.create({ ...emptyRun, name: 'twin' });
    await runs.create({ ...emptyRun, name: 'twin' });
    expect(runs.find(a.runId).runId).toBe(a.runId);
    expect(runs.find(a.runId.slice(0, 20)).runId).toBe(a.runId);
    expect(runs.find('tidy-otter-1').runId).toBe(a.runId);
    expect(() => runs.find('twin')).toThrow('More than one');
    expect(() => runs.find('tidy')).toThrow('There is no run');
    expect(() => runs.find('%')).toThrow('There is no run');
  });
});

describe('metrics of a run', () => {
  test('the latest point is the greatest by step, time and value, in whatever order and batches they come', async () => {
    const logged = fc.record({
      key: fc.constantFrom('a', 'b'),
      step: fc.integer({ min: -2, max: 3 }),
      timestamp: fc.integer({ min: 0, max: 2 }),
      value: fc.constantFrom(-1, 0, 2.5, NaN, Infinity, -Infinity),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(logged, { maxLength: 5 }), { maxLength: 5 }), async batches => {
        const { runId } = await tracking.runs.create(emptyRun);
        for (const metrics of batches) await tracking.runs.logBatch(runId, { ...nothing, metrics });
        const all = batches.flat();
        for (const key of ['a', 'b']) {
          const points = all.filter(candidate => candidate.key === key);
          const latest = tracking.runs.get(runId).metrics.find(metric => metric.key === key);
          expect(latest !== undefined).toBe(points.length > 0);
          expect(points.some(candidate => isLater(candidate, latest!))).toBe(false);
          const distinct = new Set(points.map(({ step, timestamp, value }) => `${step} ${timestamp} ${value}`));
          expect((await tracking.metrics.page(runId, key)).points).toHaveLength(distinct.size);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a key of a batch that was rolled back is not mistaken for another', async () => {
    const { runs } = tracking;
    const { runId } = await runs.create(emptyRun);
    await runs.logBatch(runId, { ...nothing, params: [{ key: 'p', value: '1' }] });
    const refused = { metrics: [point('ghost', 1), point('ghost', 2)], tags: [], params: [{ key: 'p', value: '2' }] };
    const results = await Promise.allSettled([
      runs.logBatch(runId, refused),
      runs.logBatch(runId, { ...nothing, metrics: [point('real', 3), point('real', 4)] }),
      runs.logBatch('0'.repeat(32), { ...nothing, metrics: [point('nowhere', 1)] }),
      runs.logBatch(runId, { ...nothing, metrics: [point('second', 5), point('real', 6, 1)] }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
    expect(runs.get(runId).metrics.map(({ key, value }) => [key, value])).toEqual([
      ['real', 6],
      ['second', 5],
    ]);
    expect((await tracking.metrics.page(runId, 'ghost')).points).toEqual([]);
  });
});

describe('for our own clients', () => {
  test('pages are newest first, without gaps or repeats, whatever the page size', async () => {
    const { runs } = tracking;
    for (let index = 0; index < 23; index++)
      await runs.create({ ...emptyRun, startTime: 1 + (index % 4), name: `run ${index}` });
    const { list } = runsHandlers(runs);
    const signal = new AbortController().signal;
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await list({ limit: 5, ...(cursor ? { cursor } : {}) }, signal);
      expect(page.total).toBe(23);
      seen.push(...page.runs.map(run => `${run.startTime} ${run.runId}`));
      ({ cursor } = page);
    } while (cursor);
    expect(new Set(seen).size).toBe(23);
    const times = seen.map(line => Number(line.split(' ')[0]));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect((await list({ limit: 100, search: 'RUN 2' }, signal)).runs).toHaveLength(4);
    await expect(list({ limit: 5, cursor: 'nonsense' }, signal)).rejects.toThrow('cursor');
  });

  test('changes come at most four times a second, and none is lost', async () => {
    const { runs, clock } = tracking;
    const announced: (readonly string[])[] = [];
    runs.changes.announcer.listen(runIds => announced.push(runIds));
    const { runId } = await runs.create(emptyRun);
    clock.turn(0);
    expect(announced).toEqual([[runId]]);
    for (let step = 0; step < 100; step++) {
      await runs.logBatch(runId, { ...nothing, metrics: [point('m', step, step)] });
      clock.turn(10);
    }
    clock.turn(1000);
    expect(announced.length).toBeLessThanOrEqual(6);
    expect(announced.length).toBeGreaterThanOrEqual(4);
  });

  test('a deleted run is announced as such, and as itself again when it is restored', async () => {
    const { runs, clock } = tracking;
    const { runId } = await runs.create(emptyRun);
    clock.turn(1000);
    const aborting = new AbortController();
    const seen: (true | undefined)[] = [];
    const following = (async () => {
      for await (const { data } of runsHandlers(runs).changes({}, aborting.signal, undefined)) {
        seen.push(...data.map(({ deleted }) => deleted));
        if (seen.length === 2) aborting.abort();
      }
    })();
    for (const lifecycle of ['deleted', 'active'] as const) {
      await runs.setLifecycle(runId, lifecycle);
      clock.turn(1000);
      await new Promise(resolve => setImmediate(resolve));
    }
    await following;
    expect(seen).toEqual([true, undefined]);
  });

  test('a run with very many metrics comes whole when it is asked for, and in part in lists', async () => {
    const { runs } = tracking;
    const wide = await runs.create({ ...emptyRun, startTime: 2 });
    const narrow = await runs.create({ ...emptyRun, startTime: 1 });
    const metrics = Array.from({ length: 700 }, (_, index) => point(`m${index}`, index));
    await runs.logBatch(wide.runId, { ...nothing, metrics });
    await runs.logBatch(narrow.runId, { ...nothing, metrics: metrics.slice(0, 3) });
    const handlers = runsHandlers(runs);
    const signal = new AbortController().signal;
    const listed = (await handlers.list({ limit: 10 }, signal)).runs;
    expect(listed.map(run => [Object.keys(run.metrics).length, run.metricsLeftOut])).toEqual([
      [500, 200],
      [3, undefined],
    ]);
    const asked = await handlers.get({ runId: wide.runId }, signal);
    expect([Object.keys(asked.metrics).length, asked.metricsLeftOut]).toEqual([700, undefined]);
  });

  test('what a job left running ends with it, and nothing else does', async () => {
    const { runs } = tracking;
    const left = await runs.create({ ...emptyRun, jobId: 'job-1' });
    const done = await runs.create({ ...emptyRun, jobId: 'job-1' });
    await runs.update(done.runId, { status: 'FINISHED', endTime: 5, name: null });
    const other = await runs.create({ ...emptyRun, jobId: 'job-2' });
    expect(runs.jobsWithUnended().toSorted()).toEqual(['job-1', 'job-2']);
    await runs.endOfJob('job-1', 'KILLED', 9);
    expect([left, done, other].map(({ runId }) => runs.get(runId)).map(run => [run.status, run.endTime])).toEqual([
      ['KILLED', 9],
      ['FINISHED', 5],
      ['RUNNING', null],
    ]);
    expect(runs.jobsWithUnended()).toEqual(['job-2']);
  });

  test('a watcher gets every point of its run, and of no other', async () => {
    const { runs, metrics, clock } = tracking;
    const [mine, other] = [await runs.create(emptyRun), await runs.create(emptyRun)];
    const aborting = new AbortController();
    const seen: number[] = [];
    const watching = (async () => {
      for await (const { data } of metrics.watch(mine.runId, aborting.signal, undefined)) {
        seen.push(...data.map(({ value }) => value));
        if (seen.length >= 40) aborting.abort();
      }
    })();
    await new Promise(resolve => setImmediate(resolve));
    for (let step = 0; step < 40; step++) {
      await runs.logBatch(mine.runId, { ...nothing, metrics: [point('m', step, step)] });
      await runs.logBatch(other.runId, { ...nothing, metrics: [point('m', -1, step)] });
      clock.turn(100);
    }
    clock.turn(1000);
    await watching;
    expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });
});
