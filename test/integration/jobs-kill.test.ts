import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endpoint, type Endpoint } from '@benchmate/shared/protocol/endpoint';
import { job as jobSchema, terminalJobStates, type Job } from '@benchmate/shared/domain/job';
import { programFile } from '../support/program-file.ts';

const engineMain = programFile('desktop/engine/src/main.ts');

let dataDir: string;
let engine: ChildProcess;
let address: Endpoint;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'benchmate-kill-'));
  await startEngine();
});
afterEach(async () => {
  for (const job of await list()) if (!terminalJobStates.has(job.state)) await call('cancel', { jobId: job.jobId });
  await until(async () => (await list()).every(({ state }) => terminalJobStates.has(state)));
  engine.kill('SIGTERM');
  await once(engine, 'exit');
  rmSync(dataDir, { recursive: true, force: true });
});

test('J5: an engine killed with -9 in the middle of a job loses neither the job nor its output', async () => {
  const script = 'for (let i = 0; i < 30; i++) setTimeout(() => console.log("line " + i), i * 100)';
  const running = await submit([process.execPath, '-e', script]);
  const waiting = await submit([process.execPath, '-e', 'console.log("second")']);
  await until(async () => (await output(running.jobId)).includes('line 5'));

  await killEngine();
  await delay(500); // the job writes while no engine runs
  await startEngine();

  expect((await ended(running.jobId)).state).toBe('succeeded');
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join('');
  expect(await output(running.jobId)).toBe(lines);
  expect((await ended(waiting.jobId)).state).toBe('succeeded');
  expect(await output(waiting.jobId)).toBe('second\n');
});

test('J5: a job that ends while no engine runs is booked by the next one, with its exit code and time', async () => {
  const job = await submit([process.execPath, '-e', 'console.log("up"); setTimeout(() => process.exit(9), 700)']);
  await until(async () => (await output(job.jobId)) === 'up\n');
  await killEngine();
  const spool = join(dataDir, 'jobs', job.jobId, 'spool.jsonl');
  await until(() => readFileSync(spool, 'utf8').includes('"exit"'));
  const exitedBefore = Date.now();
  await startEngine();
  const done = await ended(job.jobId);
  expect(done).toMatchObject({ state: 'failed', exitCode: 9 });
  expect(done.endedAt).toBeLessThanOrEqual(exitedBefore);
});

test('J2 J4: kills at random moments lose no acknowledged job and start none twice', async () => {
  const starts = join(dataDir, 'starts');
  mkdirSync(starts);
  const script = (index: number) =>
    `require('fs').writeFileSync(require('path').join(${JSON.stringify(starts)}, '${index}-' + process.pid), '')`;
  const acknowledged: Job[] = [];
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 3; i++) acknowledged.push(await submit([process.execPath, '-e', script(acknowledged.length)]));
    await delay((round * 53) % 250);
    await killEngine();
    await startEngine();
  }
  for (const { jobId } of acknowledged) expect((await ended(jobId, 60_000)).state).toBe('succeeded');
  const started = readdirSync(starts).map(name => Number(name.split('-')[0]));
  expect(started.sort((a, b) => a - b)).toEqual(acknowledged.map((_, index) => index));
});

async function startEngine(): Promise<void> {
  engine = spawn(process.execPath, [engineMain, 'run', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(engine.stdout!), 'line')) as [string];
  const { endpointFile } = JSON.parse(line) as { endpointFile: string };
  address = endpoint.parse(JSON.parse(readFileSync(endpointFile, 'utf8')));
}

async function killEngine(): Promise<void> {
  engine.kill('SIGKILL');
  await once(engine, 'exit');
}

async function call(procedure: string, input: unknown, kind: 'query' | 'mutation' = 'mutation'): Promise<unknown> {
  const query = kind === 'query' ? `?input=${encodeURIComponent(JSON.stringify(input))}` : '';
  const response = await fetch(`${address.url}/rpc/jobs.${procedure}${query}`, {
    method: kind === 'query' ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${address.token}`, 'content-type': 'application/json' },
    ...(kind === 'query' ? {} : { body: JSON.stringify(input) }),
  });
  const answer = (await response.json()) as { result?: { data: unknown }; error?: { message: string } };
  if (!answer.result) throw new Error(answer.error?.message ?? `HTTP ${response.status}`);
  return answer.result.data;
}

const submit = async (command: string[]) =>
  jobSchema.parse(await call('submit', { dir: dataDir, command, params: {} }));
const list = async () => jobSchema.array().parse(await call('list', { limit: 1000 }, 'query'));
const output = async (jobId: string) =>
  ((await call('log', { jobId, limit: 1_000_000 }, 'query')) as { text: string }).text;

async function ended(jobId: string, timeoutMs = 20_000): Promise<Job> {
  const get = async () => jobSchema.parse(await call('get', { jobId }, 'query'));
  await until(async () => terminalJobStates.has((await get()).state), timeoutMs);
  return get();
}

async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Not within ${timeoutMs} ms: ${condition.toString()}`);
    await delay(30);
  }
}
