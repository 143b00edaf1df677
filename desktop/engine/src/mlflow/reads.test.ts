import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyRun, openTracking } from '../features/runs/testing.ts';
import { TurnedClock } from '../host/turned-clock.ts';
import { mlflowReadsOf } from '../reader/reads.ts';
import { metricToWire, runToWire } from './run-wire.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\n', '\u0001', '\u007f', '\u2028', '', 'ü', '🧪'),
);
const entries = fc.uniqueArray(fc.record({ key: fc.string({ minLength: 1, unit: 'grapheme' }), value: text }), {
  selector: ({ key }) => key.normalize(),
  maxLength: 5,
});
const metrics = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b/c', 'ü', 'Z'),
    value: fc.oneof(fc.double(), fc.float(), fc.constantFrom(NaN, Infinity, -Infinity, -0, 0.1 + 0.2, 5e-324, 1e21)),
    timestamp: fc.nat(),
    step: fc.integer(),
  }),
  { maxLength: 8 },
);

const dataset = fc.record({
  name: text,
  digest: fc.constantFrom('1', '2'),
  sourceType: text,
  source: text,
  schema: fc.option(text),
  profile: fc.option(text),
  tags: entries,
});
const model = fc.record({
  direction: fc.constantFrom('input' as const, 'output' as const),
  modelId: fc.constantFrom('m-1', 'm-"2"'),
  step: fc.nat(),
});

/** Searches give metrics in the order of their first logging. */
const sorted = (wire: { data: { metrics: { key: string }[] } }) => ({
  ...wire,
  data: { ...wire.data, metrics: wire.data.metrics.toSorted((a, b) => (a.key < b.key ? -1 : 1)) },
});
type Wire = Parameters<typeof sorted>[0];

const parsed = (pieces: readonly Uint8Array[]) => JSON.parse(Buffer.concat(pieces).toString('utf8')) as unknown;

test('a search’s JSON says the same as the run’s own, whatever was logged', async () => {
  const { runs, store } = openTracking(new TurnedClock());
  const reads = mlflowReadsOf(store.db);
  await fc.assert(
    fc.asyncProperty(entries, entries, metrics, fc.array(dataset), fc.array(model), async (...logged) => {
      const [params, tags, metrics, datasets, models] = logged;
      const { runId } = await runs.create(emptyRun);
      await runs.logBatch(runId, { params, tags, metrics });
      await runs.logInputs(runId, datasets, models);
      if (metrics.length > 2) await runs.update(runId, { status: 'FINISHED', endTime: 1, name: null });
      const query = { experimentIds: ['0'], order: [], view: 'ALL', limit: 1, offset: 0, upTo: null } as const;
      const named = { entity: 'attribute', key: 'run_id', operator: '=', value: runId } as const;
      const answer = parsed(reads['mlflow.searchRuns']({ ...query, conditions: [named] })) as { runs: Wire[] };
      const wire = JSON.parse(JSON.stringify(runToWire(runs.get(runId)))) as unknown;
      expect(answer.runs.map(sorted)).toEqual([wire]);
      const { run } = JSON.parse(new TextDecoder().decode(reads['mlflow.run'](runId))) as { run: Wire };
      expect(sorted(run)).toEqual(wire);
    }),
    { numRuns: 300, seed: 8 },
  );
  const page = {
    experimentIds: ['0'],
    conditions: [],
    order: [],
    view: 'ALL',
    limit: 7,
    offset: 0,
    upTo: null,
  } as const;
  const answer = parsed(reads['mlflow.searchRuns'](page)) as { runs: unknown[] };
  expect(answer).toEqual({ runs: expect.any(Array) as unknown, next_page_token: expect.any(String) as unknown });
  expect(answer.runs).toHaveLength(7);
  const pieces = reads['mlflow.searchRuns']({ ...page, limit: 300 });
  expect([pieces.length, (parsed(pieces) as { runs: unknown[] }).runs.length]).toEqual([2, 300]);
  store.close();
});

test('minus zero comes back as it was logged, in every answer', async () => {
  const { runs, store } = openTracking(new TurnedClock());
  const reads = mlflowReadsOf(store.db);
  const { runId } = await runs.create(emptyRun);
  const metrics = [{ key: 'm', value: -0, timestamp: 1, step: 0 }];
  await runs.logBatch(runId, { params: [], tags: [], metrics });
  const runNo = store.db.prepare<[string], number>('SELECT run_no FROM run WHERE run_id = ?').pluck().get(runId)!;
  const history = Buffer.concat(reads['mlflow.history']({ runNo, key: 'm', limit: -1, offset: 0 })).toString();
  const said = [
    history,
    new TextDecoder().decode(reads['mlflow.run'](runId)),
    JSON.stringify(runToWire(runs.get(runId))),
  ];
  for (const text of said) expect(text).toContain('"value":-0.0');
  expect(Object.is(runs.get(runId).metrics[0]?.value, -0)).toBe(true);
  store.close();
});

test('a series’ JSON says the same as each of its points, in as many pieces as it takes', async () => {
  const { runs, store } = openTracking(new TurnedClock());
  const reads = mlflowReadsOf(store.db);
  const { runId } = await runs.create(emptyRun);
  const odd = [NaN, Infinity, -Infinity, 1e21, 5e-324, 0.1 + 0.2, -1.5];
  const points = Array.from({ length: 12_000 }, (_, step) => ({
    key: 'a "quoted" ü',
    value: odd[step % odd.length]!,
    timestamp: step,
    step,
  }));
  for (let start = 0; start < points.length; start += 1000)
    await runs.logBatch(runId, { params: [], tags: [], metrics: points.slice(start, start + 1000) });
  const runNo = store.db.prepare<[string], number>('SELECT run_no FROM run WHERE run_id = ?').pluck().get(runId)!;
  const page = { runNo, key: 'a "quoted" ü', offset: 10, limit: 11_000 };
  expect(parsed(reads['mlflow.history'](page))).toEqual({
    metrics: points
      .slice(10, 11_010)
      .map(point => JSON.parse(JSON.stringify(metricToWire(point.key, point))) as unknown),
    next_page_token: expect.any(String) as unknown,
  });
  expect(parsed(reads['mlflow.history']({ ...page, limit: -1, offset: 11_999 }))).toMatchObject({
    metrics: [{ step: 11_999 }],
  });
  expect(parsed(reads['mlflow.history']({ ...page, key: 'none' }))).toEqual({ metrics: [] });
  store.close();
});
