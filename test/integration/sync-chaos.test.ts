import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canMount, SmallDisk } from '../chaos/small-disk.ts';
import { npmRun } from '../support/npm-run.ts';
import { startProgram } from '../support/program.ts';

/** SY19 says 5 s, which the benchmark judges; here other tests run beside it. */
const convergeSeconds = 15;

describe('servers, PostgreSQL and Redis, killed at random behind lines that are cut, held back and sliced, on a disk that is full at times', () => {
  it('SY1 SY6 SY18 SY19 SY20 lose nothing acknowledged, overwrite nothing, and are soon in step (R5)', async () => {
    const { output } = await npmRun('bench', 'r5', '--minutes', '0', '--seconds', '4', '--clients', '4');
    const storms = [...output.matchAll(/(\d+) acknowledged during \d+ faults, (\d+) lost, in step after ([\d.]+) s/g)];
    // By turns where PostgreSQL and Redis are installed (apt-get install postgresql redis-server), else both against one server.
    expect(storms, output).toHaveLength(2);
    for (const [, acknowledged, lost, seconds] of storms) {
      expect(Number(acknowledged), output).toBeGreaterThan(0);
      expect(Number(lost), output).toBe(0);
      expect(Number(seconds), output).toBeLessThan(convergeSeconds);
    }
  }, 240_000);
});

describe.runIf(canMount())('a server that is started on a full disk', () => {
  it('SY6 says so and ends, so that whoever looks after it tries again, and starts once there is space', async () => {
    const disk = new SmallDisk(16);
    try {
      const start = () =>
        startProgram<{ url: string }>('sync-server/src/main.ts', ['--open', '--data-dir', join(disk.dir, 'data')]);
      await (await start()).kill();
      disk.fill();
      await expect(start()).rejects.toThrow(/DISK_FULL/);
      disk.free();
      await (await start()).stop();
    } finally {
      disk.dispose();
    }
  });
});
