import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEngineClient, type ClosableEngineClient } from '@benchmate/shared/protocol/client';
import { temporaryEngine, type TemporaryEngine } from './temporary-engine.ts';

let engine: TemporaryEngine;
let client: ClosableEngineClient;
beforeEach(async () => {
  engine = await temporaryEngine();
  client = createEngineClient({ url: engine.url, token: engine.token });
});
afterEach(async () => {
  client.close();
  await engine.dispose();
});

/** Logs a run as a trainer would, ends it or not, and ends itself in some way. */
const trainer = (ends: 'nothing' | 'FINISHED', by: string) => `
  const call = async (route, body) => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.MLFLOW_TRACKING_TOKEN };
    const url = process.env.MLFLOW_TRACKING_URI + '/api/2.0/mlflow/' + route;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return response.json();
  };
  const { run } = await call('runs/create', { experiment_id: '0' });
  if ('${ends}' !== 'nothing') await call('runs/update', { run_id: run.info.run_id, status: '${ends}', end_time: 7 });
  ${by}`;

async function runOf(script: string) {
  const command = [process.execPath, '--input-type=module', '-e', script];
  const { jobId } = await client.jobs.submit.mutate({ dir: engine.dataDir, command });
  await expect.poll(async () => (await client.jobs.get.query({ jobId })).endedAt, { timeout: 20_000 }).not.toBeNull();
  const [runId = ''] = (await client.jobs.get.query({ jobId })).runIds;
  await expect.poll(async () => (await client.runs.get.query({ runId })).endTime, { timeout: 5000 }).not.toBeNull();
  return client.runs.get.query({ runId });
}

test('a run that a killed trainer left running failed with its job; one that ended itself stays as it is', async () => {
  const killed = await runOf(trainer('nothing', "process.kill(process.pid, 'SIGKILL');"));
  expect(killed.status).toBe('FAILED');
  expect(killed.endTime).toBeGreaterThanOrEqual(killed.startTime);
  expect((await runOf(trainer('nothing', 'process.exit(0);'))).status).toBe('FINISHED');
  expect(await runOf(trainer('FINISHED', 'process.exit(3);'))).toMatchObject({ status: 'FINISHED', endTime: 7 });
}, 60_000);
