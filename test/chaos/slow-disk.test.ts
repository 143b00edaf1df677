import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EngineUnderTest } from './engine-under-test.ts';
import { canTrace, FailingCalls } from './failing-calls.ts';

const api = '/api/2.0/mlflow';
const slowMs = 1500;

test.runIf(canTrace())(
  'a disk that takes long holds up what must be on it, and nobody else; all who wait share its next turn',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'benchmate-slow-'));
    const engine = new EngineUnderTest(folder);
    try {
      await engine.start();
      const { run } = (await engine.post(`${api}/runs/create`, { experiment_id: '0' })) as {
        run: { info: { run_id: string } };
      };
      const run_id = run.info.run_id;
      let step = 0;
      const log = async () => {
        const began = performance.now();
        await engine.post(`${api}/runs/log-metric`, { run_id, key: 'm', value: 1, step: step++, timestamp: 1 });
        return performance.now() - began;
      };
      await log();
      const slow = await FailingCalls.slow(engine.pid, 'fdatasync,fsync', slowMs);
      const began = performance.now();
      const first = log();
      const rest = Array.from({ length: 20 }, log);
      let answered = 0;
      const ended = new AbortController();
      const all = Promise.all([first, ...rest]).finally(() => ended.abort());
      while (!ended.signal.aborted) {
        await engine.get(`${api}/runs/get`, { run_id });
        answered++;
      }
      const took = await all;
      await slow.end();
      // Acknowledged after a sync that began after the commit, so none is faster than the disk …
      expect(Math.min(...took)).toBeGreaterThanOrEqual(slowMs);
      // … one turn for each of them would be 21, …
      expect(performance.now() - began).toBeLessThan(8 * slowMs);
      // … and whoever reads meanwhile gets more than one answer for a turn of the disk.
      expect(answered).toBeGreaterThan(20);
    } finally {
      await engine.kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
);
