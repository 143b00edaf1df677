import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../../storage/database.ts';
import { checkMetrics } from '../store/check-metrics.ts';
import { CompactionPlanner, CompactionWriter } from './compaction.ts';
import { SeriesReader } from './series.ts';
import { MetricsStore } from './store.ts';
import { TileCover } from './tile-cover.ts';
import { TilePlanner } from './tile-plan.ts';
import { TileWriter } from './tile-writer.ts';

const small = { block: 4, columns: 2, together: 2 };

let store: Store;
beforeEach(() => {
  store = openStore(':memory:');
  const cover = new TileCover(store.db);
  const [blocks, tiles] = [new CompactionWriter(store.db), new TileWriter(store.db)];
  const compaction = new CompactionPlanner(store.db, new SeriesReader(store.db, cover), small);
  const planner = new TilePlanner(store.db, cover, small);
  store.db.exec(`INSERT INTO run (run_no, run_id, experiment_id, name, user_id, status, start_time, artifact_uri)
    VALUES (1, 'run-a', 0, 'run', 'me', 'RUNNING', 0, '')`);
  const odd = [3, NaN, -0, Infinity, 1];
  const points = Array.from({ length: 32 }, (_, step) => ({
    key: 'loss',
    step,
    timestamp: step,
    value: odd[step] ?? step,
  }));
  new MetricsStore(store.db).insert(1, points);
  for (let step = compaction.plan(1, 1); step; step = compaction.plan(1, 1)) blocks.apply(step);
  const order = { runNo: 1, keyId: 1, everywhere: true };
  for (let steps = planner.plan(order); steps.length > 0; steps = planner.plan(order))
    for (const step of steps) tiles.apply(step);
});
afterEach(() => store.close());

const check = () => checkMetrics(store.db, { signal: new AbortController().signal, tell: () => {} });

test('M1 a check of blocks and tiles that are right finds nothing', () => {
  expect(check()).toEqual({ looked: 1, findings: [] });
  const levels = store.db.prepare('SELECT level, count(*) FROM metric_tile GROUP BY 1').raw().all();
  expect(levels).toEqual([
    [0, 8],
    [1, 4],
    [2, 2],
    [3, 1],
  ]);
  store.db.exec('DELETE FROM metric_tile WHERE level = 1 OR first_step = 8'); // what is missing is read from blocks
  expect(check().findings).toEqual([]);
});

const other = (level: number, step: number) =>
  `SELECT points FROM metric_tile t WHERE t.level = ${level} AND t.first_step = ${step}`;

test.each([
  [`UPDATE metric_tile SET points = (${other(0, 4)}) WHERE level = 0 AND first_step = 8`, 'steps 8 to 11, level 0'],
  [`UPDATE metric_tile SET points = (${other(1, 0)}) WHERE level = 1 AND first_step = 24`, 'steps 24 to 31, level 1'],
  [`UPDATE metric_tile SET points = x'0100' WHERE level = 3`, 'steps 0 to 31, level 3'],
  [`UPDATE metric_tile SET exponent = 0 WHERE level = 2 AND first_step = 0`, 'steps 0 to 15, level 2'],
  [`UPDATE metric_tile SET count = 5 WHERE level = 0 AND first_step = 28`, 'steps 28 to 31, level 0'],
  [`UPDATE metric_tile SET in_time_order = 0 WHERE level = 1 AND first_step = 8`, 'steps 8 to 15, level 1'],
  [`UPDATE metric_tile SET last_step = 14 WHERE level = 0 AND first_step = 12`, 'steps 12 to 14, level 0'],
  [`UPDATE metric_tile SET first_step = 100, last_step = 103 WHERE level = 0 AND first_step = 28`, 'steps 100 to 103'],
])('M1 a check finds and names a wrong tile: %s', (plant, named) => {
  store.db.exec(plant);
  const { findings } = check();
  expect(findings.map(({ severity, what }) => [severity, what])).toEqual([
    ['error', expect.stringContaining(`metric 'loss' of run run-a, ${named}`)],
  ]);
  expect(findings[0]?.nextStep).toContain('benchmate store compact');
});

test.each([
  `UPDATE metric_block SET points = substr(points, 1, 9) WHERE first_step = 8`,
  `UPDATE metric_block SET points = (SELECT points FROM metric_block b WHERE b.first_step = 12) WHERE first_step = 8`,
  `UPDATE metric_block SET extremes = (SELECT extremes FROM metric_block b WHERE b.first_step = 12) WHERE first_step = 8`,
  `UPDATE metric_block SET count = 3 WHERE first_step = 8`,
])('M1 a check finds and names a wrong block: %s', plant => {
  store.db.exec(plant);
  const [finding] = check().findings;
  expect(finding?.what).toMatch(/^A block of metric 'loss' of run run-a, steps 8 to 11: /);
  expect(finding?.nextStep).toContain('Restore');
});
