import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientEnv, runScript } from '../support/mlflow-engine.ts';
import { EngineUnderTest } from './engine-under-test.ts';
import { canTrace, FailingCalls } from './failing-calls.ts';
import { storeTask } from './kill-loop.ts';
import { canMount, SmallDisk } from './small-disk.ts';
import { integrityOfCopy } from './verify.ts';

const api = '/api/2.0/mlflow';
const artifacts = '/api/2.0/mlflow-artifacts/artifacts/0/x';

/** Everything that makes the engine write, each as one request. */
const writes: Record<string, (engine: EngineUnderTest, runId: string) => Promise<Response>> = {
  metric: (engine, run_id) =>
    post(engine, 'runs/log-metric', { run_id, key: 'm', value: 1, step: next(), timestamp: 1 }),
  batch: (engine, run_id) =>
    post(engine, 'runs/log-batch', { run_id, params: [{ key: `p${next()}`, value: 'x'.repeat(4000) }] }),
  run: engine => post(engine, 'runs/create', { experiment_id: '0' }),
  experiment: engine => post(engine, 'experiments/create', { name: `e${next()}` }),
  model: engine => post(engine, 'registered-models/create', { name: `m${next()}` }),
  artifact: engine => put(engine, `${next()}.bin`, 200_000),
  job: engine =>
    engine.request('/rpc/jobs.submit', {
      method: 'POST',
      body: JSON.stringify({ dir: engine.dataDir, command: ['true'], params: {} }),
    }),
};

let number = 0;
const next = () => ++number;
const post = (engine: EngineUnderTest, path: string, body: object) =>
  engine.request(`${api}/${path}`, { method: 'POST', body: JSON.stringify(body) });
const put = (engine: EngineUnderTest, name: string, size: number) =>
  engine.request(`${artifacts}/${name}`, {
    method: 'PUT',
    body: randomBytes(size),
    headers: { 'content-type': 'application/octet-stream' },
  });

async function createRun(engine: EngineUnderTest): Promise<string> {
  const { run } = (await engine.post(`${api}/runs/create`, { experiment_id: '0' })) as {
    run: { info: { run_id: string } };
  };
  return run.info.run_id;
}

/** Sends every kind of write; none may hang, answer with what the stock client repeats, or lie about success. */
async function tryAll(engine: EngineUnderTest, runId: string): Promise<number[]> {
  const statuses: number[] = [];
  for (const [name, write] of Object.entries(writes)) {
    const began = performance.now();
    const response = await write(engine, runId);
    const body = await response.text();
    // RPC has no such status; our own clients go by the code.
    const status = /"benchmate":\{"code":"DISK_F/.test(body) ? 507 : response.status;
    expect([200, 507], `${name}: ${body}`).toContain(status);
    if (status === 507) expect(body, name).toMatch(/"(error_code|code)":"(RESOURCE_EXHAUSTED|IO_ERROR|DISK_F)/);
    expect(performance.now() - began, name).toBeLessThan(5000);
    statuses.push(status);
  }
  return statuses;
}

const stored = async (engine: EngineUnderTest, runId: string) => {
  const { metrics = [] } = (await engine.get(`${api}/metrics/get-history`, { run_id: runId, metric_key: 'm' })) as {
    metrics?: unknown[];
  };
  return metrics.length;
};

describe.runIf(canMount())('R3 on a disk that is really full', () => {
  let disk: SmallDisk;
  let engine: EngineUnderTest;
  beforeEach(async () => {
    disk = new SmallDisk(24);
    engine = new EngineUnderTest(join(disk.dir, 'data'), ['--log-level', 'debug']);
    await engine.start();
  });
  afterEach(async () => {
    await engine.kill();
    disk.dispose();
  });

  test('R3: every write is refused with 507 and a sentence, nothing half stands, and all works again with space', async () => {
    const runId = await createRun(engine);
    disk.fill();
    const statuses = [...(await tryAll(engine, runId)), ...(await tryAll(engine, runId))];
    expect(statuses.filter(status => status === 507).length).toBeGreaterThan(6);
    const refused = await post(engine, 'runs/log-batch', {
      run_id: runId,
      params: Array.from({ length: 100 }, (_, i) => ({ key: `big${i}`, value: 'x'.repeat(5000) })),
    });
    expect(refused.status).toBe(507);
    expect(await refused.json()).toEqual({
      error_code: 'RESOURCE_EXHAUSTED',
      message: expect.stringMatching(/disk is full.*Free some space/),
    });
    expect(await engine.get(`${api}/runs/get`, { run_id: runId })).toMatchObject({ run: { info: { run_id: runId } } });
    const large = await put(engine, 'large.bin', 3_000_000);
    expect(large.status).toBe(507);
    const { files = [] } = (await engine.get('/api/2.0/mlflow-artifacts/artifacts', { path: '0/x' })) as {
      files?: { path: string }[];
    };
    expect(files.map(({ path }) => path)).not.toContain('large.bin');
    disk.free();
    expect(new Set(await tryAll(engine, runId))).toEqual(new Set([200]));
    expect((await put(engine, 'large.bin', 3_000_000)).status).toBe(200);
    expect(await storeTask(engine, { kind: 'check' })).toMatchObject({ ok: true });
    await engine.kill();
    expect(integrityOfCopy(engine.dataDir)).toBe('ok');
  });

  test('R3: the stock client hears of it at once and in words, and does not repeat the call', async () => {
    const runId = await createRun(engine);
    disk.fill();
    for (let i = 0; i < 20; i++)
      await post(engine, 'runs/log-batch', { run_id: runId, params: [{ key: `fill${i}`, value: 'x'.repeat(5000) }] });
    const script = join(disk.dir, '..', `disk-full-${process.pid}.py`);
    writeFileSync(script, clientScript);
    const env = {
      ...clientEnv(engine.endpoint.url, engine.endpoint.token),
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '7',
      RUN_ID: runId,
    };
    expect(await runScript([script], env)).toContain('passed');
  });

  test('R3: an engine that is started on a full disk ends with one sentence, and starts when there is space', async () => {
    await engine.stop();
    disk.fill();
    await expect(engine.start()).rejects.toThrow(/DISK_FULL: The disk is full/);
    disk.free();
    await engine.start();
    expect((await writes['metric']!(engine, await createRun(engine))).status).toBe(200);
  });
});

const clientScript = `
import os, tempfile, time
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
client = MlflowClient()
run_id = os.environ["RUN_ID"]
with tempfile.NamedTemporaryFile(suffix=".bin", delete=False) as file:
    file.write(os.urandom(6_000_000))
def fails(call):
    began = time.monotonic()
    try:
        call()
    except Exception as error:
        assert "disk is full" in str(error), repr(error)
    else:
        raise AssertionError("was not refused")
    assert time.monotonic() - began < 5, "was repeated"
fails(lambda: client.set_tag(run_id, "big", "x" * 8000) or client.log_param(run_id, "p", "x" * 6000) or client.log_batch(run_id, params=[__import__("mlflow").entities.Param(f"q{i}", "x" * 6000) for i in range(90)]))
fails(lambda: client.log_artifact(run_id, file.name))
assert client.get_run(run_id).info.run_id == run_id
print("passed")
`;

test.runIf(process.platform === 'linux')(
  'R3: a limit on the size of files is a 507 in words, and what fits is still kept',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'benchmate-limit-'));
    const engine = new EngineUnderTest(join(folder, 'data'));
    try {
      await engine.start();
      const runId = await createRun(engine);
      await engine.stop();
      engine.largestFileKiB = 1024;
      await engine.start();
      const large = await put(engine, 'large.bin', 3_000_000);
      expect([large.status, await large.json()]).toEqual([
        507,
        { error_code: 'IO_ERROR', message: expect.stringMatching(/EFBIG.*limits/) },
      ]);
      let refused = false;
      for (let i = 0; i < 40 && !refused; i++) {
        const response = await post(engine, 'runs/log-batch', {
          run_id: runId,
          params: Array.from({ length: 20 }, (_, j) => ({ key: `p${i}-${j}`, value: 'x'.repeat(5000) })),
        });
        expect([200, 507]).toContain(response.status);
        refused = response.status === 507;
      }
      expect(refused).toBe(true);
      await engine.kill();
      expect(integrityOfCopy(engine.dataDir)).toBe('ok');
      engine.largestFileKiB = null;
      await engine.start();
      expect(new Set(await tryAll(engine, runId))).toEqual(new Set([200]));
    } finally {
      await engine.kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
);

describe.runIf(canTrace())('R3 on a disk that fails', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'benchmate-failing-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  test.each(['EIO', 'ENOSPC'] as const)(
    'R3: %s of every call that writes is a 507, and nothing that was acknowledged is lost',
    { timeout: 240_000 },
    async error => {
      const engine = new EngineUnderTest(join(folder, error));
      await engine.start();
      try {
        const runId = await createRun(engine);
        await tryAll(engine, runId);
        let refused = 0;
        for (const calls of [
          'pwrite64',
          'fdatasync,fsync',
          'ftruncate,fallocate',
          'rename,renameat,renameat2',
          'mkdir,mkdirat',
        ]) {
          for (const which of ['1', '2', '3', '1+']) {
            const before = await stored(engine, runId);
            const failing = await FailingCalls.in(engine.pid, calls, error, which);
            const statuses = await tryAll(engine, runId);
            await failing.end();
            refused += statuses.filter(status => status === 507).length;
            expect(new Set(await tryAll(engine, runId)), `after ${calls} ${which}`).toEqual(new Set([200]));
            const acknowledged = before + (statuses[0] === 200 ? 1 : 0) + 1;
            expect(await stored(engine, runId)).toBeGreaterThanOrEqual(acknowledged);
          }
        }
        expect(refused).toBeGreaterThan(20);
        expect(await storeTask(engine, { kind: 'check' })).toMatchObject({ ok: true });
        await engine.kill();
        expect(integrityOfCopy(engine.dataDir)).toBe('ok');
      } finally {
        await engine.kill();
      }
    },
  );
});
