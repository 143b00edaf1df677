import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seeded } from '../support/dice.ts';
import { EngineUnderTest } from './engine-under-test.ts';
import { integrityOfCopy } from './verify.ts';

const api = '/api/2.0/mlflow';
const paramsPerBatch = 90;
const value = 'x'.repeat(5800);
/** The log is moved into the database whenever it has grown by 32 MB: after so many batches. */
const batchesPerMove = 60;
const writers = 3;
const kills = 3;

/** Logs batches of half a megabyte until the engine is gone; returns how many were acknowledged. */
async function logUntilKilled(engine: EngineUnderTest, runId: string, acknowledged: () => void): Promise<number> {
  for (let batch = 0; ; batch++) {
    const params = Array.from({ length: paramsPerBatch }, (_, index) => ({ key: `${batch}.${index}`, value }));
    try {
      await engine.post(`${api}/runs/log-batch`, { run_id: runId, params });
    } catch {
      return batch;
    }
    acknowledged();
  }
}

async function newRun(engine: EngineUnderTest): Promise<string> {
  const { run } = (await engine.post(`${api}/runs/create`, { experiment_id: '0' })) as {
    run: { info: { run_id: string } };
  };
  return run.info.run_id;
}

async function countParams(engine: EngineUnderTest, run_id: string): Promise<number> {
  const { run } = (await engine.get(`${api}/runs/get`, { run_id })) as { run: { data: { params?: object[] } } };
  return run.data.params?.length ?? 0;
}

test('R1: killed while a thread moves the log, the engine loses nothing that it acknowledged', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'benchmate-log-moves-'));
  const engine = new EngineUnderTest(folder);
  const dice = seeded(16);
  try {
    await engine.start();
    for (let kill = 0; kill < kills; kill++) {
      const runs = await Promise.all(Array.from({ length: writers }, () => newRun(engine)));
      const killAt = batchesPerMove + Math.floor(dice() * 12);
      let total = 0;
      const enough = new AbortController();
      const writing = runs.map(runId =>
        logUntilKilled(engine, runId, () => void (++total === killAt && enough.abort())),
      );
      const reached = new Promise(resolve => enough.signal.addEventListener('abort', resolve));
      await Promise.race([reached, ...writing]);
      expect(total).toBeGreaterThanOrEqual(killAt);
      await engine.kill();
      const acknowledged = await Promise.all(writing);
      expect(statSync(join(folder, 'benchmate.db-wal')).size).toBeLessThan(64 * 2 ** 20);
      expect(integrityOfCopy(folder)).toBe('ok');
      await engine.start();
      for (const [index, runId] of runs.entries()) {
        const stored = await countParams(engine, runId);
        // Whole batches: those that were acknowledged, and perhaps the one that was under way.
        expect([acknowledged[index]!, acknowledged[index]! + 1]).toContain(stored / paramsPerBatch);
      }
    }
  } finally {
    await engine.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}, 180_000);
