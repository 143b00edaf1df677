import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deepLearningPython } from '../support/frameworks.ts';
import { clientEnv, openMlflowEngine, runScript, type MlflowEngine } from '../support/mlflow-engine.ts';

const script = fileURLToPath(new URL('../integration/mlflow/frameworks/deep_learning.py', import.meta.url));
let engine: MlflowEngine;
let python: Promise<string>;
let dir: string;

beforeAll(async () => {
  python = deepLearningPython();
  await python;
  engine = await openMlflowEngine();
  dir = mkdtempSync(join(tmpdir(), 'benchmate-frameworks-'));
});
afterAll(async () => {
  await engine.close();
  rmSync(dir, { recursive: true, force: true });
});

test('PyTorch, Lightning and Keras log to the engine, and their models come back from it', async () => {
  const output = await runScript([script, dir], clientEnv(engine.url(), engine.token()), python);
  expect(output.trimEnd().endsWith('passed')).toBe(true);
});
