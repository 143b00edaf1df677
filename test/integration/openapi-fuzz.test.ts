import { afterAll, beforeAll, expect, test } from 'vitest';
import { knownNames } from '../fuzz/known-names.ts';
import { openMlflowEngine, type MlflowEngine } from '../support/mlflow-engine.ts';
import { fuzz } from '../support/schemathesis.ts';

let engine: MlflowEngine;

beforeAll(async () => {
  engine = await openMlflowEngine();
});
afterAll(() => engine.close());

test('no call that the published description allows, or forbids, is answered with a 5xx or against it', async () => {
  const target = { url: engine.url(), token: engine.token(), known: await knownNames(engine) };
  const output = await fuzz(target, { seed: 1, examples: 5 });
  const [, generated] = /(\d+) generated/.exec(output) ?? [];
  expect(Number(generated)).toBeGreaterThan(1000);
  expect((await engine.request('/health')).status).toBe(200);
});
