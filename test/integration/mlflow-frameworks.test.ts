import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lightFrameworksPython } from '../support/frameworks.ts';
import { clientEnv, openMlflowEngine, runScript, type MlflowEngine } from '../support/mlflow-engine.ts';

const scripts = fileURLToPath(new URL('mlflow/frameworks/', import.meta.url));
let engine: MlflowEngine;
let python: Promise<string>;

beforeAll(async () => {
  python = lightFrameworksPython();
  await python;
  engine = await openMlflowEngine();
});
afterAll(() => engine.close());

// Each script makes its own experiment and asserts on the Python side; two run at a time.
test.concurrent.each(['boosters.py', 'everything_logged.py'])('the stock client: %s', async script => {
  const output = await runScript([`${scripts}${script}`], clientEnv(engine.url(), engine.token()), python);
  expect(output.trimEnd().endsWith('passed')).toBe(true);
});
