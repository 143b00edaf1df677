import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findEngine } from '@benchmate/shared/node/find-engine';
import { ensureEngine } from '@benchmate/shared/node/start-engine';
import { stopEngine } from '@benchmate/shared/node/stop-engine';
import { EngineUnderTest, engineMain } from './engine-under-test.ts';

let dataDir: string;
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'benchmate-two-'))));
afterEach(async () => {
  await stopEngine(dataDir, { force: true });
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

test('R11: of 20 engines that start at the same time exactly one works, and the others name it or say that it starts', async () => {
  const engines = Array.from({ length: 20 }, () => new EngineUnderTest(dataDir));
  try {
    const results = await Promise.allSettled(engines.map(engine => engine.start()));
    const winners = engines.filter((_, index) => results[index]!.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const [index, result] of results.entries())
      if (result.status === 'rejected')
        expect(String(result.reason), String(index)).toMatch(/DATA_DIR_IN_USE: An engine already works on/);
    expect((await findEngine(dataDir))?.pid).toBe(winners[0]!.pid);
    await winners[0]!.post('/api/2.0/mlflow/runs/create', { experiment_id: '0' });
  } finally {
    for (const engine of engines) await engine.kill();
  }
});

test('R11: 20 clients that start at the same time all find the same engine', async () => {
  const endpoints = await Promise.all(
    Array.from({ length: 20 }, () => ensureEngine({ dataDir, engineMain, timeoutMs: 60_000 })),
  );
  expect(new Set(endpoints.map(({ pid, url }) => `${pid} ${url}`)).size).toBe(1);
});

test('R11: a lock and an endpoint file that a killed engine left stop nobody, again and again', async () => {
  const engine = new EngineUnderTest(dataDir);
  await engine.start();
  const { port, token } = engine.endpoint;
  for (let round = 0; round < 5; round++) {
    const before = engine.pid;
    await engine.kill();
    expect(await findEngine(dataDir)).toBeNull();
    // The number of the dead process may belong to anybody by now.
    if (round % 2)
      writeFileSync(join(dataDir, 'endpoint.json'), JSON.stringify({ ...engine.endpoint, pid: process.pid }), {
        mode: 0o600,
      });
    await engine.start();
    expect(engine.endpoint).toMatchObject({ port, token, pid: engine.pid });
    expect(engine.pid).not.toBe(before);
  }
  await engine.stop();
});
