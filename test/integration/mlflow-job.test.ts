import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import type { ClosableEngineClient } from '@benchmate/shared/protocol/client';
import { openMlflowEngine, type MlflowEngine } from '../support/mlflow-engine.ts';
import { mlflowPython } from '../support/python.ts';
import { openProject } from '../support/team.ts';
import { until } from '../support/until.ts';

const script = fileURLToPath(new URL('mlflow/job.py', import.meta.url));
const projectId = 'churn-0a1b2c3d';
let engine: MlflowEngine;
let client: ClosableEngineClient;
let dir: string;

beforeAll(async () => {
  engine = await openMlflowEngine();
  client = connectEngine(engine.dataDir);
  dir = mkdtempSync(join(tmpdir(), 'benchmate-mlflow-job-'));
});
afterAll(async () => {
  client.close();
  await engine.close();
  rmSync(dir, { recursive: true, force: true });
});

test('what a job logs with the stock client, without a line of set-up, belongs to the job and its project', async () => {
  await openProject({ client }, dir, projectId);
  const { jobId } = await client.jobs.submit.mutate({ projectId, command: [await mlflowPython(), script] });
  const job = await until(async () => {
    const job = await client.jobs.get.query({ jobId });
    return job.endedAt !== null && job;
  }, 90_000);
  expect([job.state, job.message]).toEqual(['succeeded', job.message]);
  expect(job.runIds).toHaveLength(1);
  const { runs } = await client.runs.list.query({ projectId });
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ runId: job.runIds[0], jobId, projectId, experimentName: projectId });
  expect(runs[0]?.metrics['loss']?.step).toBe(9);
  expect(job.progress).toMatchObject({ total: 10 });
}, 120_000);

test('a run logged by hand to a project’s experiment belongs to the project as well', async () => {
  const output = await engine.script('job.py', { MLFLOW_EXPERIMENT_NAME: projectId });
  const run = await client.runs.get.query({ runId: output.trim().split('\n').at(-1)! });
  expect(run).toMatchObject({ projectId, jobId: null });
});

test('a version that is registered carries the card that its project has at that moment', async () => {
  const [run] = (await client.runs.list.query({ projectId })).runs;
  const request = { model: 'carded', runId: run!.runId, source: `runs:/${run!.runId}/model` };
  const card = '---\nlicense: mit\n---\n# First\n';
  writeFileSync(join(dir, 'MODEL_CARD.md'), card);
  await client.registry.register.mutate(request);
  writeFileSync(join(dir, 'MODEL_CARD.md'), '# Second\n');
  const { versions } = await client.registry.register.mutate({ ...request, description: 'by hand' });
  const descriptions = Object.fromEntries(versions.map(({ version, description }) => [version, description]));
  expect(descriptions).toEqual({ 1: card, 2: 'by hand' });
});
