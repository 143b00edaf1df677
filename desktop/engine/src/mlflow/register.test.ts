import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MultipartUploads } from '../features/artifacts/multipart.ts';
import { ArtifactsService } from '../features/artifacts/service.ts';
import { ModelFilePlaces } from '../features/model-files/places.ts';
import { openTracking } from '../features/runs/testing.ts';
import { TurnedClock } from '../host/turned-clock.ts';
import { answerErrors } from '../host/http-errors.ts';
import { mlflowReadsOf } from '../reader/reads.ts';
import { inlineReader } from '../storage/reader.ts';
import { LongAnswers } from './long-answers.ts';
import { registerMlflowRoutes } from './register.ts';
import type { RegistryPort } from './registry-port.ts';

let app: FastifyInstance;
let dataDir: string;
let tracking: ReturnType<typeof openTracking<TurnedClock>>;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'benchmate-mlflow-unit-'));
  writeFileSync(join(dataDir, 'canary.txt'), 'CANARY');
  tracking = openTracking(new TurnedClock());
  app = fastify();
  answerErrors(app, { debug() {}, info() {}, warn() {}, error() {} });
  // The registry's routes are tried with the real registry, in test/integration.
  const registry = {} as RegistryPort;
  const { db } = tracking.store;
  const long = new LongAnswers({ ...tracking, here: mlflowReadsOf(db), reader: inlineReader(mlflowReadsOf(db)) });
  const artifacts = new ArtifactsService(join(dataDir, 'artifacts'), 1_000_000);
  await registerMlflowRoutes(app, {
    ...tracking,
    long,
    artifacts,
    uploads: new MultipartUploads({ artifacts, clock: tracking.clock, random: randomBytes }),
    registry,
    places: new ModelFilePlaces({ ...tracking, dataDir, artifacts }),
  });
});
afterEach(async () => {
  await app.close();
  tracking.store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const post = (path: string, payload: object | string) =>
  app.inject({
    method: 'POST',
    url: `/api/2.0/mlflow/${path}`,
    headers: { 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });

const metric = (index: number) => ({ key: `m${index}`, value: index, timestamp: 1, step: 0 });
const list = <T>(length: number, make: (index: number) => T) => Array.from({ length }, (_, index) => make(index));

async function newRun(): Promise<string> {
  const answer = await post('runs/create', { experiment_id: '0' });
  return answer.json<{ run: { info: { run_id: string } } }>().run.info.run_id;
}

describe('bodies', () => {
  test('unknown fields are ignored, the old name of a run’s id is taken', async () => {
    const runId = await newRun();
    const body = { run_uuid: runId, key: 'a', value: 1, timestamp: 1, step: 0, brand_new: [{}] };
    expect((await post('runs/log-metric', body)).json()).toEqual({});
    expect(
      (await post('runs/log-metric', { ...body, step: '7', timestamp: '12', value: '-Infinity' })).statusCode,
    ).toBe(200);
    expect((await tracking.metrics.page(runId, 'a')).points).toHaveLength(2);
  });

  test.each([
    [{ key: 5 }, 'key'],
    [{ value: 'high' }, 'value'],
    [{ value: true }, 'value'],
    [{ value: null }, 'value'],
    [{ timestamp: 1.5 }, 'timestamp'],
    [{ timestamp: -1 }, 'timestamp'],
    [{ timestamp: undefined }, 'timestamp'],
    [{ step: 'x' }, 'step'],
    [{ step: 2 ** 60 }, 'step'],
    [{ key: '' }, 'key'],
    [{ key: 'a/../b' }, 'name'],
    [{ key: '/a' }, 'name'],
    [{ key: 'a//b' }, 'name'],
    [{ key: 'a/' }, 'name'],
    [{ key: '.' }, 'name'],
    [{ key: 'a;b' }, 'name'],
    [{ key: 'x'.repeat(251) }, 'name'],
    [{ run_id: 3 }, 'run_id'],
    [{ run_id: '' }, 'run_id'],
  ])('a wrong field is named: %j', async (wrong, named) => {
    const answer = await post('runs/log-metric', {
      run_id: await newRun(),
      key: 'a',
      value: 1,
      timestamp: 1,
      ...wrong,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' });
    expect(answer.json<{ message: string }>().message).toContain(named);
  });

  test.each(['{', '[1', '"text"', '5', '[]', '{"__proto__": {"run_id": "x"}}', '['.repeat(100_000)])(
    'a body that is no object is refused: %.20s',
    async body => {
      const answer = await post('runs/log-metric', body);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' });
    },
  );

  test('batches keep MLflow’s limits, and name the field inside the list', async () => {
    const run_id = await newRun();
    const refused = async (body: object, part: string) => {
      const answer = await post('runs/log-batch', { run_id, ...body });
      expect(answer.statusCode).toBe(400);
      expect(answer.json<{ message: string }>().message).toContain(part);
    };
    await refused({ metrics: list(1001, metric) }, 'at most 1000 metrics');
    await refused({ params: list(101, i => ({ key: `p${i}`, value: '' })) }, 'at most 100 params');
    await refused({ tags: list(101, i => ({ key: `t${i}`, value: '' })) }, 'at most 100 tags');
    await refused(
      { metrics: list(1000, metric), tags: [{ key: 't', value: '' }] },
      'at most 1000 metrics, params, and tags',
    );
    await refused({ metrics: [metric(0), { ...metric(1), value: 'x' }] }, 'metrics[1].value');
    await refused({ params: [{ value: 'x' }] }, 'params[0].key');
    await refused(
      {
        params: [
          { key: 'a', value: '1' },
          { key: 'a', value: '1' },
        ],
      },
      'Duplicate',
    );
    await refused({ metrics: {} }, 'metrics');
    expect((await post('runs/log-batch', { run_id, metrics: list(1000, metric) })).statusCode).toBe(200);
    expect(tracking.runs.get(run_id).metrics).toHaveLength(1000);
  });

  test('runs/update refuses an unknown status, and before that an unknown run', async () => {
    const run_id = await newRun();
    expect((await post('runs/update', { run_id, status: 'DONE' })).statusCode).toBe(400);
    expect((await post('runs/update', { run_id: 'x', status: 'DONE' })).statusCode).toBe(404);
  });

  test.each([
    ['runs/search', { max_results: 50_001 }],
    ['runs/search', { max_results: 0 }],
    ['runs/search', { max_results: 1e9 }],
    ['runs/search', { page_token: 'nonsense' }],
    ['runs/search', { page_token: Buffer.from('{"offset":-1}').toString('base64') }],
    ['runs/search', { run_view_type: 'SOME' }],
    ['experiments/create', { name: '' }],
    ['experiments/create', { name: 'x'.repeat(501) }],
    ['experiments/delete', { experiment_id: '0' }],
    ['experiments/search', { order_by: 'name' }],
    ['logged-models', { experiment_id: '0', name: 'a/b' }],
  ])('%s refuses %j', async (path, body) => {
    const answer = await post(path, body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' });
  });
});

describe('artifacts', () => {
  const artifacts = '/api/2.0/mlflow-artifacts/artifacts';

  test('a web page that was logged comes back as an attachment of no type, whole or in part', async () => {
    const url = `${artifacts}/0/run/artifacts/pa%27ge%20%C3%BC.html`;
    const content = '<script>alert(1)</script>';
    const put = await app.inject({ method: 'PUT', url, headers: { 'content-type': 'text/html' }, payload: content });
    expect(put.json()).toEqual({});
    const got = await app.inject({ url });
    expect(got.body).toBe(content);
    expect(got.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': "attachment; filename*=UTF-8''pa%27ge%20%C3%BC.html",
      'x-content-type-options': 'nosniff',
      'content-length': String(content.length),
    });
    for (const [range, body, header] of [
      ['bytes=0-6', '<script', 'bytes 0-6/25'],
      ['bytes=18-', 'script>'.slice(0, 7), 'bytes 18-24/25'],
      ['bytes=-3', 'pt>', 'bytes 22-24/25'],
      ['bytes=20-900', content.slice(20), 'bytes 20-24/25'],
    ]) {
      const part = await app.inject({ url, headers: { range: range! } });
      expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([206, body, header]);
    }
    expect((await app.inject({ url, headers: { range: 'bytes=25-' } })).statusCode).toBe(416);
  });

  test('JSON is stored as it came, an empty file is a file, and a list tells sizes', async () => {
    for (const [name, payload] of [
      ['a.json', '{"not": parsed'],
      ['empty', ''],
    ] as const)
      await app.inject({
        method: 'PUT',
        url: `${artifacts}/x/${name}`,
        headers: { 'content-type': 'application/json' },
        payload,
      });
    expect((await app.inject({ url: `${artifacts}?path=x` })).json()).toEqual({
      files: [
        { path: 'a.json', is_dir: false, file_size: 14 },
        { path: 'empty', is_dir: false, file_size: 0 },
      ],
    });
    expect((await app.inject({ url: artifacts })).json()).toEqual({ files: [{ path: 'x', is_dir: true }] });
    expect((await app.inject({ url: `${artifacts}/x` })).statusCode).toBe(404);
    expect((await app.inject({ url: `${artifacts}/x/empty/y` })).statusCode).toBe(404);
    expect((await app.inject({ method: 'PUT', url: `${artifacts}/x/empty/y`, payload: 'z' })).statusCode).toBe(400);
    expect((await app.inject({ method: 'PUT', url: `${artifacts}/x`, payload: 'z' })).statusCode).toBe(400);
    expect((await app.inject({ method: 'DELETE', url: `${artifacts}/x` })).json()).toEqual({});
    expect((await app.inject({ url: artifacts })).json()).toEqual({ files: [] });
    expect(readdirSync(join(dataDir, 'artifacts', '.uploads'))).toEqual([]);
  });

  test.each([
    '..%2fcanary.txt',
    '%2e%2e%2fcanary.txt',
    '%252e%252e%252fcanary.txt',
    '..%5ccanary.txt',
    '%00',
    'C:%5cx',
    '%5c%5ch%5cs',
    'a%2f..%2f..%2fcanary.txt',
    '.uploads%2fx',
    'a%0ab',
  ])('no path leaves the folder: %s', async path => {
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const answer = await app.inject({
        method,
        url: `${artifacts}/${path}`,
        ...(method === 'PUT' ? { payload: 'x' } : {}),
      });
      // A name that only looks encoded (`%2e%2e%2f`, decoded once) is an ordinary name below the folder.
      const allowed = path.startsWith('%25') && method !== 'GET' ? [200] : [400, 404];
      expect(allowed).toContain(answer.statusCode);
      expect(answer.body).not.toContain('CANARY');
    }
    const listed = await app.inject({ url: `${artifacts}?path=${path}` });
    expect(listed.body).not.toContain('canary');
    expect(readdirSync(dataDir).sort()).toEqual(expect.arrayContaining(['canary.txt']));
    expect(readdirSync(dataDir).filter(name => !['artifacts', 'canary.txt'].includes(name))).toEqual([]);
  });
});

test('a history comes in pages when asked, in order of time', async () => {
  const run_id = await newRun();
  const metrics = [5, 3, 4, 1, 2].map(timestamp => ({ key: 'm', value: timestamp, timestamp, step: 0 }));
  await post('runs/log-batch', { run_id, metrics });
  const values: number[] = [];
  let token = '';
  do {
    const url = `/api/2.0/mlflow/metrics/get-history?run_id=${run_id}&metric_key=m&max_results=2&page_token=${encodeURIComponent(token)}`;
    const page = (await app.inject({ url })).json<{ metrics: { value: number }[]; next_page_token?: string }>();
    values.push(...page.metrics.map(({ value }) => value));
    token = page.next_page_token ?? '';
  } while (token);
  expect(values).toEqual([1, 2, 3, 4, 5]);
});

test('a metric of a model goes to the run and the model, or with an unknown model nowhere', async () => {
  const run_id = await newRun();
  const created = await post('logged-models', {
    experiment_id: '0',
    name: 'tree',
    params: [{ key: 'depth', value: '3' }],
  });
  const { model_id } = created.json<{ model: { info: { model_id: string } } }>().model.info;
  const metric = { run_id, key: 'f1', value: 0.5, timestamp: 1, step: 2 };
  expect((await post('runs/log-metric', { ...metric, model_id: 'm-unknown' })).statusCode).toBe(404);
  expect(tracking.runs.get(run_id).metrics).toEqual([]);
  expect((await post('runs/log-metric', { ...metric, model_id, dataset_name: 'test' })).statusCode).toBe(200);
  expect(tracking.runs.get(run_id).metrics).toMatchObject([{ key: 'f1', value: 0.5 }]);
  expect(tracking.loggedModels.get(model_id).metrics).toMatchObject([
    { key: 'f1', runId: run_id, datasetName: 'test' },
  ]);
});
