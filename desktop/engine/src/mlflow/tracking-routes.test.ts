import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryEngine, type TemporaryEngine } from '../host/temporary-engine.ts';

let engine: TemporaryEngine;
beforeAll(async () => (engine = await temporaryEngine()));
afterAll(() => engine.dispose());

/** What these tests read of answers; each answer has its own part of it. */
interface Answer {
  experiment_id: string;
  run: { info: { run_id: string }; data: { tags: { key: string; value: string }[] } };
  metrics: { run_id: string; step: number; value: number }[];
  dataset_summaries: { context?: string }[];
  next_page_token?: string;
  error_code?: string;
}

async function ask(method: string, path: string, body?: object): Promise<{ status: number; json: Answer }> {
  const headers = {
    host: `127.0.0.1:${engine.port}`,
    authorization: `Bearer ${engine.token}`,
    ...(body ? { 'content-type': 'application/json' } : {}),
  };
  const answer = await engine.ask({ method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  return { status: answer.status, json: JSON.parse(answer.body) as Answer };
}

const post = (path: string, body: object) => ask('POST', `/api/2.0/mlflow/${path}`, body);
const get = (path: string) => ask('GET', `/ajax-api/2.0/mlflow/${path}`);

async function newExperiment(name: string): Promise<string> {
  return (await post('experiments/create', { name })).json.experiment_id;
}

async function newRun(experimentId: string, startTime: number): Promise<string> {
  const body = { experiment_id: experimentId, start_time: startTime, run_name: `run ${startTime}` };
  return (await post('runs/create', body)).json.run.info.run_id;
}

test('pages stay as they are while runs, experiments and models are added at their top', async () => {
  const experimentId = await newExperiment('paged');
  const pages = {
    'runs/search': { make: (time: number) => newRun(experimentId, time), ask: { experiment_ids: [experimentId] } },
    'experiments/search': {
      make: (time: number) => newExperiment(`paged ${time}`),
      ask: { filter: "name LIKE 'paged%'" },
    },
    'logged-models/search': {
      make: (time: number) => post('logged-models', { experiment_id: experimentId, name: `m${time}` }),
      ask: { experiment_ids: [experimentId] },
    },
  };
  for (const [path, { make, ask: query }] of Object.entries(pages)) {
    for (let time = 1; time <= 4; time++) await make(time);
    const seen: string[] = [];
    let token = '';
    do {
      const { json } = await post(path, { ...query, max_results: 2, page_token: token });
      const [, items = []] = Object.entries(json).find(([name]) => name !== 'next_page_token') ?? [];
      seen.push(...(items as object[]).map(item => JSON.stringify(item)));
      token = json.next_page_token ?? '';
      await make(100 + seen.length);
    } while (token);
    expect(new Set(seen).size, path).toBe(seen.length);
    expect(seen.length, path).toBeLessThanOrEqual(5);
    expect(seen.length, path).toBeGreaterThanOrEqual(4);
  }
});

test('histories of many runs come in one answer, whole or thinned, in a range of steps', async () => {
  const experimentId = await newExperiment('bulk');
  const runIds = [await newRun(experimentId, 1), await newRun(experimentId, 2)].toSorted();
  for (const run_id of runIds) {
    const metrics = Array.from({ length: 1000 }, (_, step) => ({
      key: 'm',
      value: step === 500 ? 9 : 1,
      timestamp: 5,
      step,
    }));
    await post('runs/log-batch', { run_id, metrics });
  }
  const query = runIds.map(id => `run_id=${id}`).join('&');
  const bulk = await get(`metrics/get-history-bulk?${query}&metric_key=m&max_results=1500`);
  expect(bulk.json.metrics.map(({ run_id }) => run_id)).toEqual([
    ...Array.from({ length: 1000 }, () => runIds[0]),
    ...Array.from({ length: 500 }, () => runIds[1]),
  ]);
  const interval = async (more: string) =>
    get(`metrics/get-history-bulk-interval?run_ids=${runIds[0]}&run_ids=nothing&metric_key=m&${more}`);
  const thinned = (await interval('max_results=50')).json.metrics;
  expect(thinned.length).toBeLessThanOrEqual(50);
  expect(thinned.map(({ step }) => step)).toEqual(expect.arrayContaining([0, 500, 999]));
  const ranged = (await interval('start_step=100&end_step=120')).json.metrics;
  expect(ranged.map(({ step }) => step)).toEqual(Array.from({ length: 21 }, (_, index) => 100 + index));
  for (const wrong of ['start_step=5', 'start_step=5&end_step=4', 'max_results=0', 'max_results=2501'])
    expect((await interval(wrong)).json.error_code, wrong).toBe('INVALID_PARAMETER_VALUE');
  expect((await get('metrics/get-history?run_id=nothing&metric_key=m')).json.metrics).toEqual([]);
});

test('datasets of experiments come once for each context', async () => {
  const experimentId = await newExperiment('read');
  const dataset = { name: 'd', digest: 'h', source_type: 'local', source: 's' };
  for (const context of ['train', 'train', 'test', null]) {
    const run_id = await newRun(experimentId, 1);
    const tags = context ? [{ key: 'mlflow.data.context', value: context }] : [];
    expect((await post('runs/log-inputs', { run_id, datasets: [{ dataset, tags }] })).status).toBe(200);
  }
  const { json } = await post('experiments/search-datasets', {
    experiment_ids: [experimentId],
  });
  expect(new Set(json.dataset_summaries.map(({ context }) => context))).toEqual(new Set(['test', 'train', undefined]));
  expect(json.dataset_summaries).toHaveLength(3);
  expect((await post('experiments/search-datasets', { experiment_ids: [] })).status).toBe(400);
});

test('models of clients before MLflow 3 are kept in their tag, one after the other', async () => {
  const run_id = await newRun(await newExperiment('old client'), 1);
  const model = {
    run_id,
    artifact_path: 'model',
    utc_time_created: 'now',
    flavors: { sklearn: { code: null, config: 1 } },
  };
  for (const artifact_path of ['one', 'two'])
    await post('runs/log-model', { run_id, model_json: JSON.stringify({ ...model, artifact_path }) });
  const { json } = await get(`runs/get?run_id=${run_id}`);
  const tag = json.run.data.tags.find(({ key }) => key === 'mlflow.log-model.history');
  expect(JSON.parse(tag?.value ?? '')).toEqual([
    { ...model, artifact_path: 'one', model_uuid: null, flavors: { sklearn: { code: null } } },
    { ...model, artifact_path: 'two', model_uuid: null, flavors: { sklearn: { code: null } } },
  ]);
  for (const model_json of ['', 'x', '{}', '[]', JSON.stringify({ ...model, flavors: 5 })])
    expect((await post('runs/log-model', { run_id, model_json })).status, model_json).toBe(400);
});

test.each([
  ['POST', '/api/3.0/mlflow/traces'],
  ['POST', '/api/2.0/mlflow/traces/search?x=1'],
  ['GET', '/api/2.0/mlflow/webhooks'],
  ['GET', '/ajax-api/3.0/mlflow/gateway/endpoints/list'],
  ['GET', '/api/3.0/mlflow/scorers/list'],
  ['POST', '/api/3.0/mlflow/datasets/create'],
])('%s %s: not supported, in MLflow’s words and no server error that a client repeats', async (method, path) => {
  const { status, json } = await ask(method, path, method === 'POST' ? {} : undefined);
  expect(status).toBe(501);
  expect(json).toMatchObject({ error_code: 'NOT_IMPLEMENTED' });
});

test('what nobody serves is not found, in MLflow’s shape', async () => {
  for (const path of ['/api/2.0/mlflow/nothing', '/api/3.0/mlflow/nothing', '/api/9.9/mlflow/tracesque'])
    expect((await ask('GET', path)).json, path).toMatchObject({ error_code: 'ENDPOINT_NOT_FOUND' });
});
