import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareRuns } from '@benchmate/shared/diff/run-comparison';
import { paramEffects } from '@benchmate/shared/diff/param-effect';
import { flattenParams } from '@benchmate/shared/formats/params-file';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { clientEnv, openMlflowEngine, runScript, type MlflowEngine } from '../support/mlflow-engine.ts';

const template = fileURLToPath(new URL('../../templates/tabular', import.meta.url));
let engine: MlflowEngine;
let folder: string;

beforeAll(async () => {
  engine = await openMlflowEngine();
  folder = mkdtempSync(join(tmpdir(), 'benchmate-template-'));
  cpSync(template, folder, { recursive: true, filter: path => !/__pycache__|mlruns/.test(path) });
});
afterAll(async () => {
  await engine?.close();
  rmSync(folder, { recursive: true, force: true });
});

const train = (changes: string[], more: Record<string, string> = {}) =>
  runScript([join(folder, 'train.py'), ...changes.flatMap(change => ['--set', change])], {
    ...clientEnv(engine.url(), engine.token()),
    MLFLOW_EXPERIMENT_NAME: 'churn',
    ...more,
  });

test('the template trains with the stock client, and its runs compare and explain the params file', async () => {
  await train(['n_estimators=20']);
  // What the model requires was found once by loading it in another process.
  await train(['n_estimators=20', 'learning_rate=3e-1'], { MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT: '1' });
  const rpc = connectEngine(engine.dataDir);
  try {
    const { runs } = await rpc.runs.list.query({});
    const [second, first] = runs;
    expect(runs.map(({ status, experimentName }) => [status, experimentName])).toEqual([
      ['FINISHED', 'churn'],
      ['FINISHED', 'churn'],
    ]);
    const history = await rpc.metrics.history.query({ runId: first!.runId, key: 'val_loss' });
    expect(history.points.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(first!.params).toMatchObject({ epochs: '20', learning_rate: '0.1', seed: '7' });

    const comparison = compareRuns(runs, { baseline: first!, primaryMetric: 'val_loss' });
    expect(comparison.params).toEqual([{ key: 'learning_rate', values: ['0.1', '0.3'] }]);
    expect(comparison.best).toBe(second!.runId);

    const params = { ...flattenParams(readFileSync(join(folder, 'params.yaml'), 'utf8')), n_estimators: '20' };
    const effects = paramEffects({
      params: { ...params, learning_rate: '0.3' },
      baseline: first!,
      runs,
      metric: 'val_loss',
    });
    expect(effects.map(({ key, verdict }) => [key, verdict])).toEqual([['learning_rate', 'better']]);
    expect(effects[0]!.text).toMatch(/^0\.1 → 0\.3 · val_loss −0\.\d+ \(n=1\)$/);
  } finally {
    rpc.close();
  }
});
