import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive, linuxStat, processStart } from '../../supervisor/process-identity.ts';
import { jobFiles } from '../../supervisor/spool.ts';
import { JobStore } from './store.ts';
import { Bench, until } from './testing.ts';

const supervisorMain = fileURLToPath(new URL('../../supervisor/main.ts', import.meta.url));

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  await bench.open();
});
afterEach(() => bench.dispose());

const row = (jobId: string) => new JobStore(bench.store).get(jobId)!;
const startedPids = async (jobId: string) => {
  await until(() => row(jobId).childPid !== null);
  return { supervisor: row(jobId).supervisorPid!, child: row(jobId).childPid! };
};

test('J5: a job goes on without an engine, and the next engine learns how it ended', async () => {
  const script = 'console.log("begin"); setTimeout(() => { console.log("end"); process.exit(7) }, 1200)';
  const { jobId } = await bench.submitScript(script);
  await startedPids(jobId);
  await bench.abandon();
  await until(() => readFileSync(jobFiles(join(bench.dataDir, 'jobs', jobId)).spool, 'utf8').includes('"exit"'));
  await bench.open();
  expect(bench.service.get(jobId)).toMatchObject({ state: 'failed', exitCode: 7 });
  expect(await bench.output(jobId)).toBe('begin\nend\n');
});

test('J5: the next engine takes over a job that still runs', async () => {
  const { jobId } = await bench.submitScript('setTimeout(() => console.log("done"), 1500)');
  await startedPids(jobId);
  await bench.abandon();
  await bench.open();
  expect(bench.service.get(jobId).state).toBe('running');
  expect((await bench.ended(jobId)).state).toBe('succeeded');
  expect(await bench.output(jobId)).toBe('done\n');
});

test('J6: a supervisor killed without a word makes its job lost within 10 s, and its command is ended', async () => {
  const { jobId } = await bench.submitScript('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)');
  const { supervisor, child } = await startedPids(jobId);
  const start = await processStart(child);
  process.kill(supervisor, 'SIGKILL');
  const job = await bench.ended(jobId, 10_000);
  expect(job).toMatchObject({ state: 'lost', exitCode: null });
  expect(job.message).toContain('submit the job again');
  expect(await isAlive(child, start)).toBe(false);
});

test('J7: a number that another process has by now is neither believed nor killed', async () => {
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  try {
    const { jobId } = await bench.submitScript('setInterval(() => {}, 1000)');
    const { supervisor, child } = await startedPids(jobId);
    await bench.abandon();
    process.kill(supervisor, 'SIGKILL');
    process.kill(child, 'SIGKILL');
    await until(async () => (await processStart(child)) === null);
    const spool = jobFiles(join(bench.dataDir, 'jobs', jobId)).spool;
    // What the system would show had it given both numbers to the stranger.
    bench.reopenStore();
    await bench.store.write(() => {
      new JobStore(bench.store).observe(jobId, { supervisorPid: stranger.pid!, childPid: stranger.pid! });
    });
    bench.store.close();
    expect(existsSync(spool)).toBe(true);
    await bench.open();
    expect((await bench.ended(jobId)).state).toBe('lost');
    expect(await processStart(stranger.pid!)).not.toBeNull();
  } finally {
    stranger.kill('SIGKILL');
  }
});

test('J4: of many supervisors for one job exactly one starts the command', async () => {
  const folder = join(bench.dataDir, 'many');
  mkdirSync(folder);
  const command = [process.execPath, '-e', 'console.log("started")'];
  writeFileSync(jobFiles(folder).job, JSON.stringify({ jobId: 'many', argv: command, dir: folder, env: {} }));
  const exits = Array.from({ length: 8 }, () => {
    const supervisor = spawn(process.execPath, [supervisorMain, folder], { stdio: 'ignore' });
    return new Promise(resolve => supervisor.once('exit', resolve));
  });
  expect(await Promise.all(exits)).toEqual(Array(8).fill(0));
  expect(readFileSync(jobFiles(folder).output, 'utf8')).toBe('started\n');
});

test('J4: a lease whose supervisor was never started is taken up by the next engine', async () => {
  await bench.abandon();
  bench.reopenStore();
  const jobs = new JobStore(bench.store);
  const command = [process.execPath, '-e', 'console.log("once")'];
  const base = { name: 'x', projectId: null, dir: bench.dataDir, command, params: {}, createdAt: Date.now() };
  await bench.store.write(() => {
    jobs.insert({ jobId: 'aaaa00000001', ...base });
    jobs.lease('aaaa00000001', 'cpu:0', Date.now());
  });
  bench.store.close();
  await bench.open();
  expect((await bench.ended('aaaa00000001')).state).toBe('succeeded');
  expect(await bench.output('aaaa00000001')).toBe('once\n');
});

test('J4: a started job whose folder is removed is not started again', async () => {
  const starts = join(bench.dataDir, 'starts');
  const script = `require('fs').appendFileSync(${JSON.stringify(starts)}, 'x'); setInterval(() => {}, 1000)`;
  const { jobId } = await bench.submitScript(script);
  const { supervisor } = await startedPids(jobId);
  await until(() => existsSync(starts));
  rmSync(join(bench.dataDir, 'jobs', jobId), { recursive: true });
  await delay(2500); // two rounds, in which nothing may happen
  expect(bench.service.get(jobId).state).toBe('running');
  process.kill(supervisor, 'SIGKILL');
  expect((await bench.ended(jobId)).state).toBe('lost');
  expect(readFileSync(starts, 'utf8')).toBe('x');
});

test('J8: cancel ends three levels of forks that ignore SIGTERM, one of them in its own session, within 6 s', async () => {
  if (process.platform === 'win32') return;
  const pids = join(bench.dataDir, 'pids');
  const level = (depth: number, detached: boolean): string =>
    `process.on('SIGTERM', () => {}); process.on('SIGHUP', () => {}); require('fs').appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n');` +
    (depth > 0
      ? `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(level(depth - 1, depth === 2))}], { detached: ${detached}, stdio: 'inherit' });`
      : '') +
    'setInterval(() => {}, 1000);';
  const { jobId } = await bench.submitScript(level(3, false));
  await until(() => existsSync(pids) && readFileSync(pids, 'utf8').trim().split('\n').length === 4);
  const all = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
  const began = performance.now();
  expect(await bench.service.cancel(jobId)).toMatchObject({ state: 'running', message: 'Being cancelled.' });
  expect((await bench.ended(jobId)).state).toBe('cancelled');
  expect(performance.now() - began).toBeLessThan(6500);
  // macOS cannot see the environment of others: there the process in a session of its own stays.
  if (process.platform === 'linux') expect(all.filter(pid => linuxStat(pid) !== null)).toEqual([]);
});

test('J8: a command that heeds SIGTERM ends at once', async () => {
  const { jobId } = await bench.submitScript('console.log("up"); setInterval(() => {}, 1000)');
  await until(async () => (await bench.output(jobId)) === 'up\n');
  const began = performance.now();
  await bench.service.cancel(jobId);
  expect(await bench.ended(jobId)).toMatchObject({ state: 'cancelled', message: 'Cancelled.' });
  expect(performance.now() - began).toBeLessThan(3000);
});

test('J9: what a finished job left in its session is ended', async () => {
  const child = `setInterval(() => {}, 1000)`;
  const script = `const c = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'ignore' }); console.log(c.pid); process.exit(0)`;
  const { jobId } = await bench.submitScript(script);
  expect((await bench.ended(jobId)).state).toBe('succeeded');
  const left = Number(await bench.output(jobId));
  expect(left).toBeGreaterThan(0);
  expect(await processStart(left)).toBeNull();
});
