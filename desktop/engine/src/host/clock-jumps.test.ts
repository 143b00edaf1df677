import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryEngine, type TemporaryEngine } from './temporary-engine.ts';
import { TurnedClock } from './turned-clock.ts';

const year = 365 * 24 * 3_600_000;
const minute = 60_000;

let clock: TurnedClock;
let engine: TemporaryEngine;
beforeEach(async () => {
  clock = new TurnedClock();
  engine = await temporaryEngine({ clock, idleMinutes: 10 });
});
afterEach(() => engine.dispose());

async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = {
    host: `127.0.0.1:${engine.port}`,
    authorization: `Bearer ${engine.token}`,
    'content-type': 'application/json',
  };
  const answer = await engine.ask({ method: 'POST', path, headers, body: JSON.stringify(body) });
  expect(answer.status, answer.body).toBe(200);
  return JSON.parse(answer.body) as Record<string, unknown>;
}

async function get(path: string): Promise<Record<string, unknown>> {
  const headers = { host: `127.0.0.1:${engine.port}`, authorization: `Bearer ${engine.token}` };
  const answer = await engine.ask({ path, headers });
  expect(answer.status, answer.body).toBe(200);
  return JSON.parse(answer.body) as Record<string, unknown>;
}

const data = (answer: Record<string, unknown>) => (answer['result'] as { data: unknown }).data;

test.each([
  ['a year back', -year],
  ['ten years on', 10 * year],
  ['an hour back, as at the end of summer time', -60 * minute],
])('R4: the clock jumps %s: an idle engine leaves when its time is over, not before and not later', async (_, jump) => {
  let left = false;
  void engine.stopped.then(() => (left = true));
  clock.turn(5 * minute);
  clock.jump(jump);
  clock.turn(3 * minute);
  expect((await fetch(`${engine.url}/health`)).status).toBe(200);
  expect(left).toBe(false);
  clock.turn(6 * minute);
  await engine.stopped;
});

test.each([-year, 10 * year])(
  'R4: points keep their order, and what is announced comes at once (%d ms)',
  async jump => {
    const created = await post('/api/2.0/mlflow/runs/create', { experiment_id: '0' });
    const { run_id } = (created['run'] as { info: { run_id: string } }).info;
    const point = (step: number) =>
      post('/api/2.0/mlflow/runs/log-metric', { run_id, key: 'loss', value: step, step, timestamp: clock.now() });
    await point(0);
    clock.turn(minute);
    clock.jump(jump);
    await point(1);
    clock.jump(-jump);
    await point(2);
    // MLflow's own history is in the order of what the client took for the time; charts are in the order of steps.
    const input = encodeURIComponent(JSON.stringify({ runId: run_id, key: 'loss' }));
    const { points } = data(await get(`/rpc/metrics.history?input=${input}`)) as { points: { step: number }[] };
    expect(points.map(({ step }) => step)).toEqual([0, 1, 2]);
    const run = (await get(`/api/2.0/mlflow/runs/get?run_id=${run_id}`))['run'] as {
      data: { metrics: { value: number }[] };
    };
    expect(run.data.metrics[0]?.value).toBe(2);
    clock.jump(jump);
    const socket = new WebSocket(`ws://127.0.0.1:${engine.port}/rpc?connectionParams=1`);
    await once(socket, 'open');
    const seen: string[] = [];
    socket.addEventListener('message', event => seen.push(String(event.data)));
    socket.send(JSON.stringify({ method: 'connectionParams', data: { token: engine.token } }));
    socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'runs.changes', input: {} } }));
    await expect.poll(() => seen.some(text => text.includes('started'))).toBe(true);
    await point(3);
    clock.turn(300);
    await expect.poll(() => seen.some(text => text.includes(run_id))).toBe(true);
    socket.close();
  },
);

test.each([-year, 10 * year])(
  'R4: facts count by what their authors had seen, not by the clock (%d ms)',
  async jump => {
    const register = (source: string) =>
      post('/rpc/registry.register', { model: 'churn', runId: null, source: `mlflow-artifacts:/${source}` });
    const promote = (version: number) => post('/rpc/registry.promote', { model: 'churn', version, alias: 'best' });
    await register('a');
    await promote(1);
    clock.jump(jump);
    await register('b');
    await promote(2);
    clock.jump(-jump / 2);
    const list = data(await get('/rpc/registry.list')) as {
      versions: { version: number; versionId: string }[];
      aliases: { holder: string; contested: boolean }[];
    }[];
    const [alias] = list[0]!.aliases;
    expect(alias).toMatchObject({ contested: false });
    expect(list[0]!.versions.find(({ versionId }) => versionId === alias?.holder)?.version).toBe(2);
  },
);

test('R4: a job that the clock is set back under does not end before it began, and a browser’s code lasts two minutes', async () => {
  const script = 'setTimeout(() => {}, 300)';
  const { jobId } = data(
    await post('/rpc/jobs.submit', { dir: engine.dataDir, command: [process.execPath, '-e', script], params: {} }),
  ) as { jobId: string };
  const job = async () =>
    data(await get(`/rpc/jobs.get?input=${encodeURIComponent(JSON.stringify({ jobId }))}`)) as {
      state: string;
      startedAt: number;
      endedAt: number;
    };
  await expect.poll(async () => (await job()).state).toBe('running');
  clock.jump(20 * year); // the supervisor's own clock is the machine's: it is years behind now
  await expect
    .poll(
      async () => {
        clock.turn(1000);
        return (await job()).state;
      },
      { timeout: 15_000, interval: 100 },
    )
    .toBe('succeeded');
  const { startedAt, endedAt } = await job();
  expect(endedAt).toBeGreaterThanOrEqual(startedAt);

  const codeOf = async () => {
    const { url } = data(await post('/rpc/system.companionLink', {})) as { url: string };
    return url.split('#')[1]!.split('/')[0]!;
  };
  const enter = (code: string) =>
    engine.ask({
      method: 'POST',
      path: '/session',
      headers: { host: `127.0.0.1:${engine.port}`, 'content-type': 'application/json', origin: engine.url },
      body: JSON.stringify({ code }),
    });
  const first = await codeOf();
  clock.jump(-year);
  clock.turn(3 * minute);
  expect((await enter(first)).status).toBeGreaterThanOrEqual(400);
  const second = await codeOf();
  clock.jump(10 * year);
  expect((await enter(second)).status).toBeLessThan(300);
});
