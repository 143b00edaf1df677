import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  existsSync,
  openSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineUnderTest } from '../chaos/engine-under-test.ts';
import { programFile } from '../support/program-file.ts';
import { until } from '../support/until.ts';

const cli = programFile('desktop/cli/src/main.ts');
const api = '/api/2.0/mlflow';
let folder: string;
let engine: EngineUnderTest;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'benchmate-store-'));
  engine = new EngineUnderTest(join(folder, 'data'));
  await engine.start();
});
afterEach(async () => {
  await engine.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** The command line as a process, on the engine's data unless told otherwise. */
function benchmate(args: readonly string[], { dataDir = engine.dataDir, interruptAfter = '' } = {}): Promise<Ended> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [cli, ...args, '--data-dir', dataDir], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    let interrupted = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      if (interrupted || !interruptAfter || !err.includes(interruptAfter)) return;
      interrupted = true;
      child.kill('SIGINT');
    });
    child.on('close', code => resolve({ code, out, err }));
  });
}

async function json(args: readonly string[], options?: { dataDir: string }): Promise<Record<string, unknown>> {
  const { code, out, err } = await benchmate([...args, '--json'], options);
  expect(code, err).toBe(0);
  return JSON.parse(out) as Record<string, unknown>;
}

async function createRun(): Promise<string> {
  const { run } = (await engine.post(`${api}/runs/create`, { experiment_id: '0' })) as {
    run: { info: { run_id: string } };
  };
  return run.info.run_id;
}

async function putArtifact(path: string, content: Uint8Array<ArrayBuffer> | string): Promise<void> {
  const response = await engine.request(`/api/2.0/mlflow-artifacts/artifacts/${path}`, {
    method: 'PUT',
    body: content,
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(response.status).toBe(200);
}

/** Runs with everything, artifacts with hard names, a model, and a note. */
async function fill(): Promise<string[]> {
  const runs: string[] = [];
  for (let i = 0; i < 12; i++) {
    const run_id = await createRun();
    runs.push(run_id);
    const metrics = Array.from({ length: 200 }, (_, step) => ({
      key: 'loss',
      value: Math.cos(step),
      step,
      timestamp: step,
    }));
    await engine.post(`${api}/runs/log-batch`, {
      run_id,
      metrics,
      params: [{ key: 'lr', value: `0.${i}` }],
      tags: [{ key: 't', value: 'ünï\n' }],
    });
    await putArtifact(`0/${run_id}/artifacts/model/weights.bin`, Buffer.alloc(50_000 + i, i));
  }
  for (const name of ['a%20b', 'caf%C3%A9', '%23hash%3F', `${'n'.repeat(200)}.txt`])
    await putArtifact(`0/${runs[0]}/artifacts/${name}`, name);
  await engine.rpc('registry.register', {
    model: 'churn',
    runId: runs[3],
    source: `mlflow-artifacts:/0/${runs[3]}/artifacts/model`,
  });
  const dir = join(folder, 'project');
  await engine.rpc('projects.create', { template: 'tabular', dir, name: 'churn' }).catch(() => {}); // needs git
  return runs;
}

/** Every row of every table, whatever the order in the file. */
function dump(file: string): Record<string, string[]> {
  const db = new Database(file, { readonly: true });
  try {
    const tables = db
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .pluck()
      .all() as string[];
    return Object.fromEntries(
      tables.map(table => [
        table,
        (db.prepare(`SELECT * FROM "${table}"`).raw().all() as unknown[][]).map(rowText).toSorted(),
      ]),
    );
  } finally {
    db.close();
  }
}

const rowText = (row: readonly unknown[]) =>
  JSON.stringify(
    row.map(value => (Buffer.isBuffer(value) ? value.toString('hex') : typeof value === 'number' ? `${value}` : value)),
  );

/** Hash of each file by its path; two of them are compared without regard to order. */
function tree(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => !file.includes('.uploads'));
  return Object.fromEntries(
    files.map(file => [file.slice(root.length), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}

test('M2 M5: a backup restores to the same rows, artifacts and key, byte by byte', async () => {
  await fill();
  const file = join(folder, 'bench.tar');
  expect(await json(['store', 'backup', file])).toMatchObject({ kind: 'backup', file, holdsKey: true, artifacts: 16 });
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter(name => name.includes('partial'))).toEqual([]);
  const target = join(folder, 'restored');
  expect(await json(['store', 'restore', file], { dataDir: target })).toMatchObject({
    holdsKey: true,
    keptIn: null,
    artifacts: 16,
  });
  await engine.stop();
  const before = dump(join(engine.dataDir, 'benchmate.db'));
  expect(Object.values(before).flat().length).toBeGreaterThan(2000);
  expect(dump(join(target, 'benchmate.db'))).toEqual(before);
  expect(tree(join(target, 'artifacts'))).toEqual(tree(join(engine.dataDir, 'artifacts')));
  expect(readFileSync(join(target, 'device.json'))).toEqual(readFileSync(join(engine.dataDir, 'device.json')));
  expect(await json(['store', 'check'], { dataDir: target })).toMatchObject({
    ok: true,
    findings: [],
    runs: 12,
    artifacts: 16,
  });
  const second = new EngineUnderTest(target);
  await second.start();
  const found = await second.post(`${api}/runs/search`, { experiment_ids: ['0'], max_results: 100 });
  expect((found['runs'] as unknown[]).length).toBe(12);
  await second.stop();
}, 180_000);

test('M2: a backup that is made while others write holds all that was acknowledged before, and whole batches', async () => {
  const runId = await createRun();
  let acknowledged = 0;
  const writer = { going: true };
  const writing = (async () => {
    for (let batch = 0; writer.going; batch++) {
      const metrics = Array.from({ length: 50 }, (_, i) => ({
        key: 'm',
        value: 1,
        step: batch * 50 + i,
        timestamp: 1,
      }));
      await engine.post(`${api}/runs/log-batch`, { run_id: runId, metrics });
      await putArtifact(`0/${runId}/artifacts/${batch}.bin`, Buffer.alloc(20_000, batch));
      acknowledged = batch + 1;
    }
  })();
  await until(() => acknowledged > 5);
  const before = acknowledged;
  const file = join(folder, 'live.tar');
  await json(['store', 'backup', file]);
  writer.going = false;
  await writing;
  const target = join(folder, 'restored');
  await json(['store', 'restore', file], { dataDir: target });
  const second = new EngineUnderTest(target);
  await second.start();
  const { metrics } = (await second.get(`${api}/metrics/get-history`, { run_id: runId, metric_key: 'm' })) as {
    metrics: unknown[];
  };
  expect(metrics.length).toBeGreaterThanOrEqual(before * 50);
  expect(metrics.length % 50).toBe(0);
  const files = readdirSync(join(target, 'artifacts', '0', runId, 'artifacts'));
  for (let batch = 0; batch < before; batch++) expect(files).toContain(`${batch}.bin`);
  for (const name of files)
    expect(statSync(join(target, 'artifacts', '0', runId, 'artifacts', name)).size).toBe(20_000);
  await second.stop();
}, 180_000);

test('M3: an existing file stays, Ctrl+C leaves nothing, and the key stays out when told so', async () => {
  const runs = await fill();
  const file = join(folder, 'bench.tar');
  writeFileSync(file, 'mine');
  const refused = await benchmate(['store', 'backup', file]);
  expect({ code: refused.code, text: readFileSync(file, 'utf8') }).toEqual({ code: 5, text: 'mine' });
  expect(refused.err).toMatch(/already.*\n→ .*--replace/);
  expect(await json(['store', 'backup', file, '--replace', '--without-key'])).toMatchObject({ holdsKey: false });
  for (let i = 0; i < 6; i++) await putArtifact(`0/${runs[1]}/artifacts/large-${i}.bin`, Buffer.alloc(30_000_000, i));
  const other = join(folder, 'other.tar');
  // With its first word about a step; whoever is done before the signal arrives has done nothing wrong.
  let cut = await benchmate(['store', 'backup', other], { interruptAfter: '\n' });
  for (let again = 0; again < 4 && cut.code === 0; again++) {
    rmSync(other);
    cut = await benchmate(['store', 'backup', other], { interruptAfter: '\n' });
  }
  expect(cut.code).toBe(130);
  await until(
    async () =>
      (await engine.rpc('system.info', undefined, 'query')) && !existsSync(join(engine.dataDir, 'staging', 'backup')),
  );
  expect(readdirSync(folder).filter(name => name.startsWith('other'))).toEqual([]);
}, 180_000);

test('M5 M6: data that is there is refused, or kept in a folder beside; a running engine and a damaged file refuse', async () => {
  await fill();
  const file = join(folder, 'bench.tar');
  await json(['store', 'backup', file]);
  const running = await benchmate(['store', 'restore', file, '--replace']);
  expect([running.code, running.err]).toEqual([8, expect.stringContaining(`process ${engine.pid}`)]);
  await createRun();
  await engine.stop();
  const after = dump(join(engine.dataDir, 'benchmate.db'));
  expect((await benchmate(['store', 'restore', file])).code).toBe(5);
  const { keptIn } = await json(['store', 'restore', file, '--replace']);
  expect(dump(join(String(keptIn), 'benchmate.db'))).toEqual(after);
  expect(dump(join(engine.dataDir, 'benchmate.db'))['run']).toHaveLength(12);

  const bytes = readFileSync(file);
  const offsets = [600, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2), bytes.length - 200_000];
  for (const offset of offsets) {
    const damaged = join(folder, 'damaged.tar');
    writeFileSync(damaged, bytes);
    const handle = openSync(damaged, 'r+');
    writeSync(handle, Buffer.from('DAMAGED!'), 0, 8, offset);
    closeSync(handle);
    const target = join(folder, `target-${offset}`);
    const result = await benchmate(['store', 'restore', damaged], { dataDir: target });
    expect([2, 12], `${offset}: ${result.err}`).toContain(result.code);
    expect(readdirSync(target).filter(name => name !== 'engine.lock')).toEqual([]);
  }
  writeFileSync(join(folder, 'cut.tar'), bytes.subarray(0, bytes.length / 2));
  expect((await benchmate(['store', 'restore', join(folder, 'cut.tar')], { dataDir: join(folder, 'cut') })).code).toBe(
    12,
  );
}, 180_000);

test('M1: a check finds damaged pages, facts and documents, and says what to do', async () => {
  await fill();
  expect(await json(['store', 'check'])).toMatchObject({ ok: true, findings: [] });
  await engine.stop();
  const file = join(engine.dataDir, 'benchmate.db');
  const db = new Database(file);
  db.prepare(`UPDATE feed_entry SET json = replace(json, 'churn', 'chorn')`).run();
  db.pragma('foreign_keys = OFF');
  db.prepare(`DELETE FROM run WHERE run_no = 2`).run();
  db.prepare(`INSERT OR REPLACE INTO document_snapshot VALUES ('t.team', x'ffff')`).run();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  const found = await benchmate(['store', 'check']);
  expect(found.code).toBe(12);
  expect(found.out).toMatch(/✗ .* from param to run lead nowhere\.\n {2}→ .*store restore/);
  expect(found.out).toMatch(/✗ Fact \d+ of team .*: .*\n/);
  expect(found.out).toMatch(/✗ The document t\.team cannot be read/);
  const handle = openSync(file, 'r+');
  for (let page = 4; page < 40; page += 3) writeSync(handle, Buffer.alloc(512, 0xee), 0, 512, page * 4096);
  closeSync(handle);
  const damaged = await benchmate(['store', 'check', '--json']);
  expect(damaged.code).toBe(12);
  expect(JSON.parse(damaged.out)).toMatchObject({ ok: false });
}, 120_000);

test('M4: compacting gives space back while others go on writing, and loses nothing', async () => {
  const runs = await fill();
  await engine.stop();
  const db = new Database(join(engine.dataDir, 'benchmate.db'));
  db.exec(
    `CREATE TABLE ballast (bytes BLOB); INSERT INTO ballast SELECT randomblob(1000000) FROM json_each('[1,2,3,4,5,6,7,8]'); DROP TABLE ballast`,
  );
  db.close();
  await engine.start();
  const writer = { going: true };
  let step = 0;
  const writing = (async () => {
    for (; writer.going; step++)
      await engine.post(`${api}/runs/log-metric`, { run_id: runs[5], key: 'live', value: 1, step, timestamp: 1 });
  })();
  const { beforeBytes, afterBytes } = await json(['store', 'compact']);
  writer.going = false;
  await writing;
  expect(Number(beforeBytes) - Number(afterBytes)).toBeGreaterThan(7_000_000);
  const { metrics } = (await engine.get(`${api}/metrics/get-history`, { run_id: runs[5]!, metric_key: 'live' })) as {
    metrics: unknown[];
  };
  expect(metrics).toHaveLength(step);
  expect(await json(['store', 'check'])).toMatchObject({ ok: true, findings: [] });
}, 120_000);

test('M7: cleaning counts first, then removes what was deleted, and keeps what a version was made from', async () => {
  const runs = await fill();
  await createRun(); // the newest one stays in any case
  for (const run_id of [runs[0], runs[1], runs[3]]) await engine.post(`${api}/runs/delete`, { run_id });
  expect(await json(['store', 'clean'])).toMatchObject({ runs: 0, removed: false });
  const preview = await json(['store', 'clean', '--deleted-for', '0', '--job-output-for', '0']);
  expect(preview).toMatchObject({ runs: 2, keptForVersions: 1, removed: false });
  expect(preview['artifactBytes']).toBeGreaterThan(100_000);
  expect(existsSync(join(engine.dataDir, 'artifacts', '0', runs[0]!))).toBe(true);
  expect(await json(['store', 'clean', '--deleted-for', '0', '--remove'])).toMatchObject({
    ...preview,
    removed: true,
    jobOutputs: 0,
  });
  for (const run of [runs[0], runs[1]]) expect(existsSync(join(engine.dataDir, 'artifacts', '0', run!))).toBe(false);
  expect(existsSync(join(engine.dataDir, 'artifacts', '0', runs[3]!))).toBe(true);
  expect((await engine.request(`${api}/runs/get?run_id=${runs[0]}`)).status).toBe(404);
  await engine.post(`${api}/runs/restore`, { run_id: runs[3] });
  expect(await json(['store', 'check'])).toMatchObject({ ok: true, findings: [], runs: 11 });
}, 120_000);

test('M8: one task at a time, and an unknown one is named', async () => {
  await engine.rpc('store.begin', { kind: 'check' });
  const second = await engine.request('/rpc/store.begin', {
    method: 'POST',
    body: JSON.stringify({ kind: 'compact' }),
  });
  expect(await second.text()).toContain('CONFLICT');
  const unknown = await engine.request(`/rpc/store.get?input=${encodeURIComponent('{"taskId":"x"}')}`);
  expect(await unknown.text()).toContain('NOT_FOUND');
});
