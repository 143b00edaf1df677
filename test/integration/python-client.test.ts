import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { openMlflowEngine, runScript, type MlflowEngine } from '../support/mlflow-engine.ts';

const client = fileURLToPath(new URL('../../python', import.meta.url));
let engine: MlflowEngine;
let folder: string;

beforeAll(async () => {
  engine = await openMlflowEngine();
  folder = mkdtempSync(join(tmpdir(), 'benchmate-python-'));
});
afterAll(async () => {
  await engine?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Python code in a folder of its own, with nothing but the engine's data directory to go by. */
function python(code: string): Promise<string> {
  const file = join(folder, 'script.py');
  writeFileSync(file, code);
  const environment = { PYTHONPATH: client, BENCHMATE_DATA_DIR: engine.dataDir, MLFLOW_TRACKING_URI: '' };
  return runScript([file], environment);
}

async function runNamed(name: string) {
  const rpc = connectEngine(engine.dataDir);
  try {
    const { runs } = await rpc.runs.list.query({ search: name });
    expect(runs).toHaveLength(1);
    const loss = await rpc.metrics.history.query({ runId: runs[0]!.runId, key: 'loss' });
    return { run: runs[0]!, loss: loss.points };
  } finally {
    rpc.close();
  }
}

test('a run of the Python client arrives whole', async () => {
  writeFileSync(join(folder, 'weights.bin'), 'abc');
  await python(`
import benchmate, os
os.chdir(${JSON.stringify(folder)})
with benchmate.run("small client", params={"lr": 0.1, "model": {"depth": 3}}, project="churn") as run:
    for step in range(300):
        run.log({"loss": 1 / (step + 1), "odd": float("nan")}, step=step)
    run.tag("note", "hello")
    run.artifact("weights.bin", to="model")
`);
  const { run, loss } = await runNamed('small client');
  expect(run).toMatchObject({
    status: 'FINISHED',
    experimentName: 'churn',
    params: { lr: '0.1', 'model.depth': '3' },
    metrics: { loss: { step: 299 }, odd: { value: 'NaN' } },
    tags: { note: 'hello' },
  });
  expect(loss).toHaveLength(300);
  const root = run.artifactUri.replace('mlflow-artifacts:', '');
  const artifact = await engine.request(`/api/2.0/mlflow-artifacts/artifacts${root}/model/weights.bin`);
  expect(await artifact.text()).toBe('abc');
});

test('an exception in the block marks the run as failed', async () => {
  await expect(python('import benchmate\nwith benchmate.run("breaks"):\n    1 / 0\n')).rejects.toThrow(
    'ZeroDivisionError',
  );
  expect((await runNamed('breaks')).run.status).toBe('FAILED');
});

test('an engine killed with -9 in the middle costs no point and doubles none', async () => {
  const script = python(`
import benchmate, time
with benchmate.run("through a kill") as run:
    for step in range(400):
        run.log({"loss": step}, step=step)
        time.sleep(0.005)
`);
  const rpc = connectEngine(engine.dataDir);
  try {
    let reached = -1;
    while (reached < 50) {
      const { runs } = await rpc.runs.list.query({ search: 'through a kill' });
      reached = runs[0]?.metrics['loss']?.step ?? -1;
    }
  } finally {
    rpc.close();
  }
  await engine.crash();
  await script;
  const { run, loss } = await runNamed('through a kill');
  expect(run.status).toBe('FINISHED');
  expect(loss.map(({ step }) => step)).toEqual(Array.from({ length: 400 }, (_, step) => step));
});
