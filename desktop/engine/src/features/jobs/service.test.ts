import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Bench, until } from './testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  await bench.open();
});
afterEach(() => bench.dispose());

test('J2 J15: a job runs, its output and exit are kept, and each change is announced once', async () => {
  const { jobId, state, position } = await bench.submitScript('console.log("out"); console.error("err")');
  expect([state, position]).toEqual(['queued', 1]);
  const job = await bench.ended(jobId);
  expect(job).toMatchObject({ state: 'succeeded', exitCode: 0, message: '', position: null });
  expect(job.startedAt).toBeGreaterThanOrEqual(job.createdAt);
  expect(job.endedAt).toBeGreaterThanOrEqual(job.startedAt!);
  expect(await bench.output(jobId)).toBe('out\nerr\n');
  await until(() => bench.announced.at(-1)?.state === 'succeeded');
  expect(bench.announced.map(each => each.state)).toEqual(['queued', 'running', 'succeeded']);
});

test('J10: params become --set arguments, and no shell reads names, arguments or values', async () => {
  const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
  const params = { lr: '0.1', 'model.depth': '$(touch pwned); `touch pwned` && touch pwned | "\'' };
  const { jobId } = await bench.submitScript(script, { params, name: '; touch pwned $(touch pwned)' });
  const job = await bench.ended(jobId);
  expect(job.name).toBe('; touch pwned $(touch pwned)');
  expect(JSON.parse(await bench.output(jobId))).toEqual([
    '--set',
    'lr=0.1',
    '--set',
    `model.depth=${params['model.depth']}`,
  ]);
  expect(existsSync(join(bench.dataDir, 'pwned'))).toBe(false);
});

test('J11: a failing command, a missing one, a missing folder and one without right to run say what to do', async () => {
  const gone = join(bench.dataDir, 'gone');
  mkdirSync(gone);
  writeFileSync(join(bench.dataDir, 'plain.txt'), 'no program');
  const submit = (command: string[], dir = bench.dataDir) => bench.service.submit({ dir, command, params: {} });
  const first = await bench.submitScript('setTimeout(() => process.exit(3), 300)');
  const folder = await submit([process.execPath, '-e', ''], gone);
  const missing = await submit(['benchmate-no-such-command']);
  const plain = await submit([join(bench.dataDir, 'plain.txt')]);
  rmSync(gone, { recursive: true });
  expect(await bench.ended(first.jobId)).toMatchObject({
    state: 'failed',
    exitCode: 3,
    message: 'The command ended with exit code 3: the end of its log says why.',
  });
  const messages = [];
  for (const { jobId } of [folder, missing, plain]) {
    const { state, message } = await bench.ended(jobId);
    messages.push(`${state}: ${message}`);
  }
  expect(messages).toEqual([
    `failed: The folder ${gone} is not there any more: restore it, or submit the job from where it is now.`,
    'failed: The command “benchmate-no-such-command” was not found: install it, or correct the command (`train` in benchmate.yaml).',
    `failed: The command “${join(bench.dataDir, 'plain.txt')}” may not be executed: make it executable, or start it with its interpreter.`,
  ]);
});

test('J13: a job has a token of its own while it runs, and only its hash is kept', async () => {
  const script = 'console.log(process.env.MLFLOW_TRACKING_TOKEN); setInterval(() => {}, 1000)';
  const { jobId } = await bench.submitScript(script);
  await until(async () => (await bench.output(jobId)).endsWith('\n'));
  const token = (await bench.output(jobId)).trim();
  expect(token).toMatch(new RegExp(`^job\\.${jobId}\\.[\\w-]{43}$`));
  expect(bench.service.identify(token)).toEqual({ kind: 'job', jobId });
  expect(bench.service.identify(`${token}x`)).toBeNull();
  expect(bench.service.identify(`job.${jobId}.`)).toBeNull();
  const folder = join(bench.dataDir, 'jobs', jobId);
  await until(() => !existsSync(join(folder, 'job.json')));
  const secret = token.split('.')[2]!;
  for (const file of ['benchmate.db', 'benchmate.db-wal', join('jobs', jobId, 'spool.jsonl')])
    expect(readFileSync(join(bench.dataDir, file), 'latin1')).not.toContain(secret);
  expect(JSON.stringify([bench.service.list(10), bench.announced])).not.toContain(secret);
  if (process.platform !== 'win32') {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'output.log')).mode & 0o777).toBe(0o600);
  }
  await bench.service.cancel(jobId);
  await bench.ended(jobId);
  expect(bench.service.identify(token)).toBeNull();
});

test('a project gives its command, its experiment and its own Python to the job', async () => {
  const dir = join(bench.dataDir, 'project');
  const bin = join(dir, '.venv', process.platform === 'win32' ? 'Scripts' : 'bin');
  mkdirSync(bin, { recursive: true });
  const script =
    '#!/bin/sh\nprintf "%s|" "$0" "$@" "$BENCHMATE_PROJECT_ID" "$BENCHMATE_JOB_ID" "$MLFLOW_EXPERIMENT_NAME" "$MLFLOW_TRACKING_URI" "$PYTHONUNBUFFERED"\n';
  writeFileSync(join(bin, 'python'), script, { mode: 0o755 });
  const train = ['python', 'train.py'];
  bench.projects.push({ projectId: 'churn-0001', name: 'churn', dir, experimentName: 'churn', train });
  const job = await bench.service.submit({ projectId: 'churn-0001', params: { lr: '0.1' } });
  expect(job).toMatchObject({ name: 'churn lr=0.1', dir, projectId: 'churn-0001', command: train });
  await bench.ended(job.jobId);
  expect((await bench.output(job.jobId)).split('|')).toEqual([
    join(bin, 'python'),
    'train.py',
    '--set',
    'lr=0.1',
    'churn-0001',
    job.jobId,
    'churn',
    'http://127.0.0.1:9',
    '1',
    '',
  ]);
  expect(await bench.service.submit({ dir, params: {} })).toMatchObject({ projectId: 'churn-0001' });
});

test('progress comes from the runs of the job, and is announced', async () => {
  const { jobId } = await bench.submitScript('setInterval(() => {}, 1000)');
  await until(() => bench.service.get(jobId).state === 'running');
  expect(bench.service.get(jobId)).toMatchObject({ runIds: [], progress: null });
  bench.runs.set(jobId, [{ runId: 'r1', latestStep: 4, epochs: '10' }]);
  await until(() => bench.announced.at(-1)?.progress?.done === 4);
  expect(bench.announced.at(-1)).toMatchObject({ runIds: ['r1'], progress: { done: 4, total: 10 } });
});

test('requests that cannot mean anything are refused with what to do', async () => {
  const submit = (request: object) => bench.service.submit({ params: {}, ...request });
  const dir = bench.dataDir;
  await expect(submit({})).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(submit({ dir: 'relative', command: ['x'] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(submit({ dir: join(dir, 'none'), command: ['x'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(submit({ dir })).rejects.toMatchObject({ code: 'BAD_REQUEST', nextStep: 'Name the command.' });
  await expect(submit({ dir, command: ['a\0b'] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(submit({ dir, command: ['x'], params: { 'a=b': '1' } })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(submit({ dir, command: ['x'], params: { '--help': '1' } })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
  await expect(submit({ projectId: 'unknown-1' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(() => bench.service.get('ffffffffffff')).toThrow('There is no job ffffffffffff.');
});
