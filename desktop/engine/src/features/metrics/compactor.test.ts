import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../host/clock.ts';
import type { EngineReads } from '../../reader/reads.ts';
import { openStore, type Store } from '../../storage/database.ts';
import { ReaderPool } from '../../storage/reader-pool.ts';
import { checkMetrics } from '../store/check-metrics.ts';
import { MetricsService } from './service.ts';

const million = 1_000_000;
let dir: string;
let store: Store;
let reader: ReaderPool<EngineReads>;
let metrics: MetricsService;
/** What is being moved then is refused. */
let closing: boolean;

beforeEach(() => {
  closing = false;
  dir = mkdtempSync(join(tmpdir(), 'benchmate-limits-'));
  store = openStore(join(dir, 'benchmate.db'));
  const program = fileURLToPath(new URL('../../reader/main.ts', import.meta.url));
  reader = new ReaderPool<EngineReads>({ program, file: store.db.name });
  const failed = (error: unknown) => {
    if (!closing) throw error;
  };
  metrics = new MetricsService({ store, clock: systemClock, epoch: 'test', reader, failed });
  store.db.exec(`INSERT INTO run (run_no, run_id, experiment_id, name, user_id, status, start_time, artifact_uri)
    VALUES (1, 'run', 0, 'run', 'me', 'RUNNING', 0, '')`);
});
afterEach(async () => {
  closing = true;
  await reader.close();
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Steps 0, 1, 2 … of one metric, as rows: a wave with ten spikes. */
function fill(points: number): { spikes: number[] } {
  store.db.exec(`INSERT INTO metric_key VALUES (1, 'loss');
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${points - 1})
    INSERT INTO metric SELECT 1, 1, i, 1700000000000 + i * 100 + i % 7, CASE WHEN i % ${points / 10} = 4321 THEN 1e6 + i
      ELSE sin(i / 500.0) + (i * 7919 % 1000) / 5000.0 END, 0 FROM n`);
  return { spikes: Array.from({ length: 10 }, (_, index) => (index * points) / 10 + 4321) };
}

const count = (table: string) => store.db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get();
const spikesIn = (points: readonly { step: number; value: number }[]) =>
  points.filter(({ value }) => value > 1000).map(({ step }) => step);

describe('a series of a million points', () => {
  test('moves into blocks while points come, and shows every spike from rows and from blocks alike', async () => {
    const { spikes } = fill(million);
    const before = await metrics.history('run', 'loss', 2000);
    expect([before.total, before.points.length <= 2000]).toEqual([million, true]);
    expect(spikesIn(before.points)).toEqual(spikes);

    const compacting = metrics.compactor.compactAll();
    const late = { key: 'loss', step: 500_000, timestamp: 1, value: 5e6 };
    for (let step = million; step < million + 50; step++)
      await store.writeLogged(() => metrics.gather(1, [{ ...late, step, value: 0 }]), metrics.gathered);
    await store.writeLogged(() => metrics.gather(1, [late]), metrics.gathered);
    await compacting;
    expect(count('metric')).toBeLessThan(2048 + 51);

    const after = await metrics.history('run', 'loss', 2000);
    expect(after.total).toBe(million + 51);
    expect(spikesIn(after.points)).toEqual([...spikes, late.step].toSorted((a, b) => a - b));
    const part = await metrics.history('run', 'loss', 2000, { from: 404_000, to: 404_999 });
    expect([part.total, part.points[0]?.step, part.points.at(-1)?.step]).toEqual([1000, 404_000, 404_999]);
    const page = await metrics.page('run', 'loss', 25_000, 900_000);
    expect([page.points.length, page.points[0]?.step]).toEqual([25_000, 899_949]); // the 51 late points are the first in time
    await metrics.compactor.compactAll();
    expect((await metrics.history('run', 'loss', 2000)).total).toBe(million + 51);

    store.db.exec('DELETE FROM metric_tile'); // as an older Benchmate left it
    expect(spikesIn((await metrics.history('run', 'loss', 2000)).points)).toHaveLength(11);
    await expect.poll(() => count('metric_tile'), { timeout: 30_000 }).toBeGreaterThan(245);
    expect(await metrics.history('run', 'loss', 2000)).toEqual({ ...after, lacksTiles: false });

    store.db
      .exec(`UPDATE metric_tile SET points = (SELECT points FROM metric_tile t WHERE t.level = 0 AND t.first_step > 9000)
      WHERE level = 0 AND first_step = 0`);
    const wrong = () =>
      checkMetrics(store.db, { signal: new AbortController().signal, tell: () => {} }).findings.length;
    expect(wrong()).toBe(1);
    await metrics.compactor.compactAll();
    expect(wrong()).toBe(0);
    expect(await metrics.history('run', 'loss', 2000)).toEqual({ ...after, lacksTiles: false });
    const bytes = store.db.prepare<[], number>('SELECT sum(length(points)) FROM metric_block').pluck().get() ?? 0;
    expect(bytes / million).toBeLessThan(12);
  }, 120_000);

  test('of a live run keeps its newest points as rows, and all of them when it ends soon', async () => {
    for (let step = 0; step < 9000; step += 1000) {
      const points = Array.from({ length: 1000 }, (_, index) => ({
        key: 'm',
        step: step + index,
        timestamp: 0,
        value: step,
      }));
      await store.writeLogged(() => metrics.gather(1, points), metrics.gathered);
    }
    await expect.poll(() => count('metric_block'), { timeout: 30_000 }).toBe(1);
    expect(count('metric')).toBe(9000 - 4096);
    await store.write(() => metrics.statusChanged(1, true));
    await expect.poll(() => count('metric'), { timeout: 30_000 }).toBeLessThan(512 + 4096);
    await expect.poll(() => count('metric_block'), { timeout: 30_000 }).toBe(3);
    expect((await metrics.history('run', 'm', 10_000)).total).toBe(9000);
  }, 60_000);
});

test('a series is short up to a thousand rows and none in blocks: then no thread is started for it', async () => {
  const points = Array.from({ length: 1000 }, (_, step) => ({ key: 'm', step, timestamp: 0, value: 1 }));
  await store.writeLogged(() => metrics.gather(1, points), metrics.gathered);
  expect([metrics.isShort(1, 'm'), (await metrics.history('run', 'm', 10)).total, reader.size]).toEqual([
    true,
    1000,
    0,
  ]);
  await store.writeLogged(
    () => metrics.gather(1, [{ key: 'm', step: 1000, timestamp: 0, value: 1 }]),
    metrics.gathered,
  );
  expect([metrics.isShort(1, 'm'), (await metrics.history('run', 'm', 10)).total, reader.size]).toEqual([
    false,
    1001,
    1,
  ]);
});
