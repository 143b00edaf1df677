import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientEnv, openMlflowEngine, runScript, type MlflowEngine } from '../support/mlflow-engine.ts';
import { mlflow2Python } from '../support/python.ts';

let engine: MlflowEngine;

beforeAll(async () => {
  [engine] = await Promise.all([openMlflowEngine(), mlflow2Python()]);
});
afterAll(() => engine.close());

// The first two are what the current client does, too.
test.each(['tracking.py', 'search.py', 'models-2.py'])('the last client before MLflow 3: %s', async script => {
  const path = fileURLToPath(new URL(`mlflow/${script}`, import.meta.url));
  const output = await runScript([path], clientEnv(engine.url(), engine.token()), mlflow2Python());
  expect(output.trimEnd().endsWith('passed')).toBe(true);
});
