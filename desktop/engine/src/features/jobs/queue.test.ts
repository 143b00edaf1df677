import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { terminalJobStates, type JobState } from '@benchmate/shared/domain/job';
import { Bench, until } from './testing.ts';

let bench: Bench;
beforeEach(() => (bench = new Bench()));
afterEach(() => bench.dispose());

test('J3: 200 queued jobs keep their order, and places count from 1', async () => {
  await bench.open();
  const blocker = await bench.submitScript('setInterval(() => {}, 1000)');
  await until(() => bench.service.get(blocker.jobId).state === 'running');
  const submitted = [];
  for (let i = 0; i < 200; i++) submitted.push(await bench.submitScript('', { name: `job ${i}` }));
  const listed = bench.service.list(10_000);
  expect(listed.map(({ jobId }) => jobId)).toEqual([blocker, ...submitted].map(({ jobId }) => jobId));
  expect(listed.map(({ position }) => position)).toEqual([null, ...submitted.map((_, index) => index + 1)]);
  expect(bench.service.get(submitted[150]!.jobId).position).toBe(151);
  await bench.service.cancel(submitted[0]!.jobId);
  expect(bench.service.get(submitted[150]!.jobId).position).toBe(150);
  for (const { jobId } of submitted.slice(6)) await bench.service.cancel(jobId);
  await bench.service.cancel(blocker.jobId);
  const run = submitted.slice(1, 6);
  for (const { jobId } of run) expect((await bench.ended(jobId)).state).toBe('succeeded');
  const starts = run.map(({ jobId }) => bench.service.get(jobId).startedAt!);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  expect(bench.service.get(submitted[0]!.jobId)).toMatchObject({ state: 'cancelled', startedAt: null });
});

test('J3: one job per GPU at a time, each seeing only its own', async () => {
  await bench.open({ detectSlots: async () => [slot('GPU-a'), slot('GPU-b')] });
  const script = 'console.log(process.env.CUDA_VISIBLE_DEVICES); setInterval(() => {}, 1000)';
  const jobs = [await bench.submitScript(script), await bench.submitScript(script), await bench.submitScript(script)];
  const [a, b, c] = jobs.map(({ jobId }) => jobId) as [string, string, string];
  await until(async () => (await bench.output(a)) !== '' && (await bench.output(b)) !== '');
  expect([await bench.output(a), await bench.output(b)]).toEqual(['GPU-a\n', 'GPU-b\n']);
  expect(bench.service.get(c)).toMatchObject({ state: 'queued', position: 1 });
  await bench.service.cancel(b);
  await until(async () => (await bench.output(c)) !== '');
  expect(await bench.output(c)).toBe('GPU-b\n');
});

const slot = (uuid: string) => ({ id: `gpu:${uuid}`, env: { CUDA_VISIBLE_DEVICES: uuid } });
const order: Record<JobState, number> = { queued: 0, running: 1, succeeded: 2, failed: 2, cancelled: 2, lost: 2 };

test.each([1, 2, 3])(
  'J1 J4: whatever happens, states only move forward and each job ends once (seed %i)',
  async seed => {
    const random = randomFrom(seed);
    await bench.open();
    const ids: string[] = [];
    for (let step = 0; step < 25; step++) {
      const dice = random();
      if (dice < 0.5) {
        const ms = Math.floor(random() * 300);
        const end = random() < 0.3 ? 'process.exit(1)' : '0';
        const script = `console.log('started'); setTimeout(() => ${end}, ${ms})`;
        ids.push((await bench.submitScript(script)).jobId);
      } else if (dice < 0.7 && ids.length > 0) await bench.service.cancel(ids[Math.floor(random() * ids.length)]!);
      else if (dice < 0.8) {
        await bench.abandon();
        await bench.open();
      } else if (dice < 0.9) killOneSupervisor();
      await delay(random() * 200);
    }
    await until(() => !bench.service.isBusy(), 60_000);
    for (const jobId of ids) {
      const seen = bench.announced.filter(job => job.jobId === jobId).map(({ state }) => state);
      const log = `seed ${seed}, job ${jobId}: ${seen.join(' ')}`;
      expect(
        seen.map(state => order[state]),
        log,
      ).toEqual(seen.map(state => order[state]).sort((a, b) => a - b));
      expect(new Set(seen.filter(state => terminalJobStates.has(state))).size, log).toBeLessThanOrEqual(1);
      expect(terminalJobStates.has(bench.service.get(jobId).state), log).toBe(true);
      expect((await bench.output(jobId)).split('started').length - 1, log).toBeLessThanOrEqual(1);
    }
  },
  90_000,
);

function killOneSupervisor(): void {
  const sql = `SELECT supervisor_pid AS pid FROM job WHERE state = 'running' AND supervisor_pid IS NOT NULL`;
  const row = bench.store.db.prepare(sql).get() as { pid: number } | undefined;
  if (row) {
    try {
      process.kill(row.pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }
}

/** mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
