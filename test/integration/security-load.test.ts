import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMlflowEngine, type MlflowEngine } from '../support/mlflow-engine.ts';
import { rawRequest } from '../support/raw-request.ts';

let engine: MlflowEngine;
let runId: string;
const maxArtifactBytes = 3_000_000;

beforeAll(async () => {
  process.env['BENCHMATE_MAX_ARTIFACT_BYTES'] = String(maxArtifactBytes);
  engine = await openMlflowEngine();
  delete process.env['BENCHMATE_MAX_ARTIFACT_BYTES'];
  const created = await post('runs/create', {});
  ({
    run: {
      info: { run_id: runId },
    },
  } = (await created.json()) as { run: { info: { run_id: string } } });
  const metrics = Array.from({ length: 500 }, (_, index) => ({
    key: `m${index}`,
    value: index,
    timestamp: 1,
    step: 0,
  }));
  for (let index = 0; index < 50; index++) {
    const { run } = (await (await post('runs/create', { run_name: `run ${'a'.repeat(index)}` })).json()) as {
      run: { info: { run_id: string } };
    };
    await post('runs/log-batch', { run_id: run.info.run_id, metrics: metrics.slice(0, 20) });
  }
});
afterAll(() => engine.close());

const post = (path: string, body: object | string) =>
  engine.request(`/api/2.0/mlflow/${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const headers = () => ({ Authorization: `Bearer ${engine.token()}`, 'Content-Type': 'application/json' });
const leftovers = () => {
  const folder = `${engine.dataDir}/artifacts/.uploads`;
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** Runs an attack while somebody else logs; how long they wait at most, and how far the engine's memory grew. */
async function whileOthersLog<T>(attack: () => Promise<T>): Promise<{ result: T; worstMs: number; grewMiB: number }> {
  const before = memoryOf(engine.pid(), 'VmRSS');
  const attackOver = new AbortController();
  let worstMs = 0;
  const others = (async () => {
    for (let step = 0; !attackOver.signal.aborted; step++) {
      const started = performance.now();
      const { status } = await post('runs/log-metric', { run_id: runId, key: 'm', value: 1, timestamp: 1, step });
      expect(status).toBe(200);
      worstMs = Math.max(worstMs, performance.now() - started);
      await delay(5);
    }
  })();
  const result = await attack().finally(() => attackOver.abort());
  await others;
  return { result, worstMs, grewMiB: memoryOf(engine.pid(), 'VmHWM') - before };
}

test('a body of 1 GB is refused by what it announces, before it comes', async () => {
  for (const target of ['/api/2.0/mlflow/runs/log-batch', '/api/2.0/mlflow/registered-models/create']) {
    const started = performance.now();
    const { status } = await rawRequest(engine.url(), {
      method: 'POST',
      target,
      headers: { ...headers(), 'Content-Length': String(2 ** 30) },
      body: '{',
    });
    expect(status, target).toBe(413);
    expect(performance.now() - started).toBeLessThan(2000);
  }
  const upload = await rawRequest(engine.url(), {
    method: 'PUT',
    target: '/api/2.0/mlflow-artifacts/artifacts/0/large',
    headers: { ...headers(), 'Content-Length': String(2 ** 30) },
    body: 'x',
  });
  expect(upload.status).toBe(413);
});

test('a body without an announced length is refused where it becomes too long, and held by nobody', async () => {
  const { result, grewMiB, worstMs } = await whileOthersLog(async () => {
    const json = await endless('POST', '/api/2.0/mlflow/runs/log-batch');
    const file = await endless('PUT', '/api/2.0/mlflow-artifacts/artifacts/0/endless');
    return [json, file];
  });
  const [json, file] = result.map(({ status }) => status);
  expect([json, file]).toEqual([413, 413]);
  expect(result[1]!.sentBytes).toBeLessThan(64 * 2 ** 20);
  expect(grewMiB).toBeLessThan(400);
  expect(worstMs).toBeLessThan(2000);
  expect(leftovers()).toEqual([]);
  const parts = (await (
    await engine.request('/api/2.0/mlflow-artifacts/mpu/create/0', {
      method: 'POST',
      body: JSON.stringify({ path: 'parts', num_parts: 3 }),
    })
  ).json()) as { credentials: { url: string; headers: Record<string, string> }[] };
  const statuses: number[] = [];
  for (const { url, headers } of parts.credentials)
    statuses.push((await fetch(url, { method: 'PUT', headers, body: 'x'.repeat(1_400_000) })).status);
  expect(statuses).toEqual([200, 200, 413]); // all parts together are not more than one file
});

test.each([
  ['arrays', '['.repeat(1_000_000) + ']'.repeat(1_000_000)],
  ['objects', '{"a":'.repeat(1_000_000) + '1' + '}'.repeat(1_000_000)],
  ['a field of arrays', `{"run_id":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`],
  ['a list of arrays', `{"run_id":"x","metrics":[${'['.repeat(500_000)}${']'.repeat(500_000)}]}`],
  ['an unknown field of arrays', `{"name":"x","nothing":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`],
  ['a million keys', `{${Array.from({ length: 1_000_000 }, (_, index) => `"k${index}":1`).join(',')}}`],
  ['a name of 20 MB', `{"name":"${'x'.repeat(20_000_000)}","run_id":"${'y'.repeat(20_000_000)}"}`],
  ['numbers that are too large', `{"run_id":${'9'.repeat(1_000_000)},"name":1e999}`],
])('JSON a million deep or wide is refused: %s', async (_name, body) => {
  const { result, worstMs } = await whileOthersLog(() =>
    Promise.all(
      ['runs/log-batch', 'runs/search', 'registered-models/create', 'model-versions/create', 'logged-models'].map(
        async path => [path, await post(path, body).then(({ status }) => status, cutOff)] as const,
      ),
    ),
  );
  for (const [path, status] of result) expect([200, 400, 404, 413], path).toContain(status);
  expect(worstMs).toBeLessThan(5000);
});

test('too many of anything is refused by number', async () => {
  const metric = { key: 'm', value: 1, timestamp: 1, step: 0 };
  const refused = async (path: string, body: object) => {
    const started = performance.now();
    const answer = await post(path, body);
    expect(answer.status, path).toBe(400);
    expect(await answer.json()).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' });
    expect(performance.now() - started, path).toBeLessThan(3000);
  };
  await refused('runs/log-batch', { run_id: runId, metrics: Array.from({ length: 100_000 }, () => metric) });
  await refused('runs/search', { experiment_ids: ['0'], max_results: 1e9 });
  await refused('experiments/search', { max_results: 1e9 });
  await refused('logged-models/search', { experiment_ids: ['0'], max_results: 1e9 });
  for (const path of ['registered-models/search', 'model-versions/search'])
    expect((await engine.request(`/api/2.0/mlflow/${path}?max_results=1000000000`)).status).toBe(400);
  await refused('runs/search', { experiment_ids: ['0'], filter: "tags.a = 'b' AND ".repeat(1000) + "tags.a = 'b'" });
  await refused('runs/search', { experiment_ids: ['0'], filter: '('.repeat(99_000) });
});

test('patterns that make other matchers run for ages cost others nothing much', async () => {
  const bomb = '%a'.repeat(10_000) + 'b';
  const filters = [
    ['runs/search', `attributes.run_name LIKE '${bomb}'`],
    ['runs/search', `attributes.run_name ILIKE '${'%_'.repeat(10_000)}'`],
    ['runs/search', `tags.mlflow.runName LIKE '${'a%'.repeat(24_000)}'`],
    ['experiments/search', `name LIKE '${bomb}'`],
    ['logged-models/search', `name LIKE '${bomb}'`],
  ] as const;
  await post('registered-models/create', { name: 'a'.repeat(250) });
  const { result, worstMs } = await whileOthersLog(() =>
    Promise.all([
      ...filters.map(([path, filter]) => post(path, { experiment_ids: ['0'], filter })),
      ...Array.from({ length: 20 }, () =>
        engine.request(
          `/api/2.0/mlflow/registered-models/search?filter=${encodeURIComponent(`name LIKE '${'%a'.repeat(1200)}b'`)}`,
        ),
      ),
    ]),
  );
  for (const { status, url } of result) expect([200, 400], url).toContain(status);
  expect(worstMs).toBeLessThan(3000);
});

test('a thousand searches at once are all answered, and who logs meanwhile waits a bounded time', async () => {
  const { result, worstMs, grewMiB } = await whileOthersLog(() =>
    Promise.all(
      Array.from({ length: 1000 }, async (_, index) => {
        const filter = `metrics.m${index % 20} >= ${index % 20}`;
        const answer = await post('runs/search', {
          experiment_ids: ['0'],
          filter,
          order_by: ['metrics.m1 DESC'],
          max_results: 5,
        });
        const { runs = [] } = (await answer.json()) as { runs?: unknown[] };
        return [answer.status, runs.length];
      }),
    ),
  );
  expect(new Set(result.map(([status]) => status))).toEqual(new Set([200]));
  expect(Math.min(...result.map(([, found = 0]) => found))).toBe(5);
  expect(worstMs).toBeLessThan(20_000); // the thousand clients of this test take the processors, too
  expect(grewMiB).toBeLessThan(800);
});

/** Whose body is far too large is refused while it still sends, and may not come to read the answer. */
const cutOff = (error: unknown) => {
  expect(String((error as Error).cause)).toMatch(/EPIPE|ECONNRESET|other side closed/);
  return 413;
};

/** Sends until it is answered; how much went out by then. */
function endless(method: string, target: string): Promise<{ status: number; sentBytes: number }> {
  const { hostname, port, host } = new URL(engine.url());
  const chunk = Buffer.alloc(1 << 16, 'x');
  const head = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    ...Object.entries(headers()).map(([name, value]) => `${name}: ${value}`),
    'Transfer-Encoding: chunked',
    '',
    '',
  ].join('\r\n');
  return new Promise(resolve => {
    let sentBytes = 0;
    const answer: string[] = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write(head);
      send();
    });
    const send = () => {
      while (!socket.destroyed && answer.length === 0 && sentBytes < 2 ** 30) {
        sentBytes += chunk.length;
        if (!socket.write(Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')])))
          return void socket.once('drain', send);
      }
    };
    socket.on('data', data => {
      answer.push(data.toString('latin1'));
      socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve({ status: Number(answer.join('').split(' ')[1] ?? 0), sentBytes }));
  });
}

/** In MiB; 0 where the system has no such file. */
function memoryOf(pid: number, field: string): number {
  if (process.platform !== 'linux') return 0;
  const [, kib] = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
