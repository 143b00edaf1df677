import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FilesTask } from '@benchmate/shared/domain/files-task';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import { endpoint } from '@benchmate/shared/protocol/endpoint';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { pull } from '../../desktop/engine/src/features/model-files/pull.ts';
import { BlobRequests } from '../../desktop/engine/src/replication/blobs/blob-requests.ts';
import { uploadBlob } from '../../desktop/engine/src/replication/blobs/upload-blob.ts';
import { share } from '../../sync-server/src/simulated-client.ts';
import { clientEnv, runScript } from '../support/mlflow-engine.ts';
import { programFile } from '../support/program-file.ts';
import { allShared, formTeam, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

const cli = programFile('desktop/cli/src/main.ts');
const script = fileURLToPath(new URL('mlflow/team-model.py', import.meta.url));
const sizeBytes = 100_000_000;
let bench: TeamBench;
let ana: Device;
let ben: Device;

beforeAll(async () => {
  bench = await openTeamBench();
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
  await formTeam(bench, [ana, ben]);
});
afterAll(() => bench?.close());

const endpointOf = ({ dataDir }: Device) =>
  endpoint.parse(JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8')));

function python(device: Device, mode: 'train' | 'load'): Promise<string> {
  const { url, token } = endpointOf(device);
  // What the model requires is found by loading it in another process, which asks no engine: that is cut short.
  return runScript([script, mode], clientEnv(url, token));
}

async function benchmate(device: Device, ...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    cli,
    ...args,
    '--json',
    '--data-dir',
    device.dataDir,
  ]);
  return JSON.parse(stdout);
}

async function mlflow<T>(device: Device, method: string, path: string, body?: object | Buffer): Promise<T> {
  const { url, token } = endpointOf(device);
  const answer = await fetch(`${url}/api/2.0/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json',
    },
    ...(body ? { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as T;
}

/** Registers files as the next version of a model, and waits until Ben knows of it. */
async function register(model: string, files: Record<string, Buffer>): Promise<number> {
  const { run } = await mlflow<{ run: { info: { run_id: string; artifact_uri: string } } }>(
    ana,
    'POST',
    'mlflow/runs/create',
    { experiment_id: '0' },
  );
  const root = `${run.info.artifact_uri}/model`;
  for (const [path, content] of Object.entries(files))
    await mlflow(ana, 'PUT', `mlflow-artifacts/artifacts/${root.slice('mlflow-artifacts:/'.length)}/${path}`, content);
  const { versions } = await ana.client.registry.register.mutate({ model, runId: run.info.run_id, source: root });
  await known(model, () => true);
  return versions.at(-1)!.version;
}

/** Ben's newest version of a model, once it is as wanted. */
const known = (model: string, fits: (version: ModelVersion) => boolean) =>
  until(async () => (await ben.client.registry.get.query({ model })).versions.find(fits));

async function ended({ client }: Device, { taskId }: FilesTask): Promise<FilesTask> {
  for (;;) {
    const task = await client.modelFiles.wait.query({ taskId, withinMs: 5000 });
    if (task.state !== 'running') return task;
  }
}

function bytesBelow(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile())
    .reduce(
      (sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}

/** The most memory that a process ever had, where the system tells. */
function peakBytes(pid: number): number {
  const status = process.platform === 'linux' ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

test('a model that one device registered is loaded by its alias on another, after its files were pushed and pulled', async () => {
  await python(ana, 'train');
  await known('wine', () => true);
  await expect(benchmate(ben, 'registry', 'pull', 'wine@champion')).rejects.toThrow(/were not shared.*registry push/s);
  await expect(benchmate(ben, 'registry', 'push', 'wine', '1')).rejects.toThrow(/registered on another device/);
  const pushed = (await benchmate(ana, 'registry', 'push', 'wine@champion')) as NonNullable<FilesTask['result']>;
  expect(pushed.files).toBeGreaterThan(3);
  expect(pushed.movedBytes).toBeGreaterThan(0);
  await allShared(ana);
  await known('wine', ({ files }) => files?.count === pushed.files);
  const uri = 'mlflow/model-versions/get-download-uri?name=wine&version=1';
  await expect(mlflow(ben, 'GET', uri)).rejects.toThrow(/benchmate registry pull wine 1/);
  expect(await benchmate(ben, 'registry', 'pull', 'wine@champion')).toEqual(pushed);
  const again = { ...pushed, movedBytes: 0 };
  expect(await benchmate(ben, 'registry', 'pull', 'wine')).toEqual(again);
  expect(await benchmate(ana, 'registry', 'push', 'wine')).toEqual(again);
  // What was verified is what stays: nobody writes there.
  const { manifest } = (await known('wine', () => true)).files!;
  for (const method of ['PUT', 'DELETE'])
    await expect(
      mlflow(ben, method, `mlflow-artifacts/artifacts/.registry/${manifest}/MLmodel`, Buffer.from('evil')),
    ).rejects.toThrow(/never change/);
  expect(await python(ben, 'load')).toContain('loaded');
  await until(
    async () =>
      (await ana.client.registry.get.query({ model: 'wine-production' })).versions[0]?.files?.manifest === manifest,
  );
}, 240_000);

test('B11 100 MB go on after kill -9 of the server and of the engine; a copy does not travel', async () => {
  const weights = randomBytes(sizeBytes);
  const version = await register('large', {
    'weights.bin': weights,
    'copy/weights.bin': weights,
    empty: Buffer.alloc(0),
  });
  const request = { model: 'large', version };
  const [server, before] = [join(bench.dir, 'server', 'blobs'), bytesBelow(join(bench.dir, 'server', 'blobs'))];
  const pushing = await ana.client.modelFiles.begin.mutate({ kind: 'push', ...request });
  await until(() => bytesBelow(server) > before + 30_000_000);
  await bench.killServer();
  expect((await ana.client.modelFiles.wait.query({ taskId: pushing.taskId, withinMs: 0 })).state).toBe('running');
  await bench.startServer();
  const pushed = await ended(ana, pushing);
  expect(pushed).toMatchObject({ state: 'done', result: { files: 3, sizeBytes: 2 * sizeBytes } });
  // What had arrived did not travel again, nor did the copy.
  expect(pushed.result!.movedBytes).toBeLessThan(sizeBytes + 40_000_000);
  expect(bytesBelow(server) - before).toBeLessThan(sizeBytes + 10_000);

  await known('large', ({ files }) => files !== null);
  const pulls = join(ben.dataDir, 'pulls');
  await ben.client.modelFiles.begin.mutate({ kind: 'pull', ...request });
  await until(() => bytesBelow(pulls) > 30_000_000);
  await ben.kill();
  expect(bytesBelow(pulls)).toBeLessThan(sizeBytes);
  await ben.start();
  await until(() => ben.client.team.state.query());
  const pulled = await ended(ben, await ben.client.modelFiles.begin.mutate({ kind: 'pull', ...request }));
  expect(pulled).toMatchObject({ state: 'done', result: { files: 3, sizeBytes: 2 * sizeBytes } });
  expect(pulled.result!.movedBytes).toBeLessThan(sizeBytes - 20_000_000);
  const { manifest } = (await known('large', () => true)).files!;
  const target = join(ben.dataDir, 'artifacts', '.registry', manifest);
  for (const path of ['weights.bin', 'copy/weights.bin'])
    expect(readFileSync(join(target, path)).equals(weights)).toBe(true);
  expect(bytesBelow(pulls)).toBe(0);
});

test('B15 another 100 MB take no more memory anywhere; a pull that is cancelled keeps what has arrived', async () => {
  const pids = [bench.serverPid(), ana.pid(), ben.pid()];
  const before = pids.map(peakBytes);
  const version = await register('cancelled', { 'weights.bin': randomBytes(sizeBytes) });
  const request = { model: 'cancelled', version };
  await ended(ana, await ana.client.modelFiles.begin.mutate({ kind: 'push', ...request }));
  await known('cancelled', ({ files }) => files !== null);
  const pulling = await ben.client.modelFiles.begin.mutate({ kind: 'pull', ...request });
  expect((await ben.client.modelFiles.begin.mutate({ kind: 'pull', ...request })).taskId).toBe(pulling.taskId);
  await until(() => bytesBelow(join(ben.dataDir, 'pulls')) > 10_000_000);
  await ben.client.modelFiles.cancel.mutate({ taskId: pulling.taskId });
  expect(await ended(ben, pulling)).toMatchObject({ state: 'cancelled', error: { code: 'CANCELLED' } });
  expect(bytesBelow(join(ben.dataDir, 'pulls'))).toBeGreaterThan(10_000_000);
  const rest = await ended(ben, await ben.client.modelFiles.begin.mutate({ kind: 'pull', ...request }));
  expect(rest.result!.movedBytes).toBeLessThan(sizeBytes - 5_000_000);
  for (const [index, pid] of pids.entries()) expect(peakBytes(pid) - before[index]!).toBeLessThan(0.7 * sizeBytes);
});

test('B12 content that a server changed is refused, and files that changed here are not shared under an old version', async () => {
  const version = await register('changed', { 'weights.bin': Buffer.alloc(5000, 'original') });
  const request = { model: 'changed', version };
  await ended(ana, await ana.client.modelFiles.begin.mutate({ kind: 'push', ...request }));
  await known('changed', ({ files }) => files !== null);
  const blobs = join(bench.dir, 'server', 'blobs');
  for (const file of readdirSync(blobs, { recursive: true, withFileTypes: true }))
    if (file.isFile() && statSync(join(file.parentPath, file.name)).size === 5000)
      writeFileSync(join(file.parentPath, file.name), Buffer.alloc(5000, 'forged!!'));
  const pulled = await ended(ben, await ben.client.modelFiles.begin.mutate({ kind: 'pull', ...request }));
  expect(pulled).toMatchObject({ state: 'failed', error: { code: 'DATA_DAMAGED' } });
  // A server that has lost them gets them from anybody who has them.
  const other = await bench.otherServer();
  for (const device of [ana, ben]) await device.client.team.connect.mutate({ serverUrl: other });
  for (const device of [ana, ben]) await allShared(device);
  const lost = await ended(ben, await ben.client.modelFiles.begin.mutate({ kind: 'pull', ...request }));
  expect(lost.error).toMatchObject({ code: 'NOT_FOUND', nextStep: expect.stringContaining('registry push changed 1') });
  await ended(ana, await ana.client.modelFiles.begin.mutate({ kind: 'push', ...request }));
  const found = await ended(ben, await ben.client.modelFiles.begin.mutate({ kind: 'pull', ...request }));
  expect(found).toMatchObject({ state: 'done', result: { files: 1, sizeBytes: 5000 } });
  const { source } = await known('changed', () => true);
  const path = `${source.slice('mlflow-artifacts:/'.length)}/weights.bin`;
  await mlflow(ana, 'PUT', `mlflow-artifacts/artifacts/${path}`, Buffer.from('retrained'));
  const again = await ended(ana, await ana.client.modelFiles.begin.mutate({ kind: 'push', ...request }));
  expect(again).toMatchObject({ state: 'failed', error: { code: 'CONFLICT' } });
});

test.each([
  ['leaves its folder', ['../../../evil']],
  ['is absolute', ['/tmp/evil']],
  ['is spelled for another system', ['..\\\\..\\\\evil']],
  ['goes through a file', ['a', 'a/b']],
  ['names one place twice', ['Weights', 'weights']],
  ['does not hold what was signed', ['a', 'b', 'c', 'd']],
])('B16 a list of files that %s writes nothing', async (_title, paths) => {
  const hostile = SimulatedDevice.founder('Hal', 7);
  (await share(bench.serverUrl, hostile)).socket.close();
  const requests = new BlobRequests({ serverUrl: bench.serverUrl, teamId: hostile.feeds.teamId, keys: hostile.keys });
  const transfer = { requests, signal: AbortSignal.timeout(60_000), progress: () => {} };
  const upload = async (content: Buffer) => {
    const blob = createHash('sha256').update(content).digest('hex');
    await uploadBlob(
      { blob, sizeBytes: content.length, read: start => Readable.from([content.subarray(start)]) },
      transfer,
    );
    return blob;
  };
  const blob = await upload(Buffer.from('evil'));
  const list = { v: 1, files: paths.map(path => ({ path, sizeBytes: 4, blob })) };
  const files = {
    manifest: await upload(Buffer.from(JSON.stringify(list))),
    count: Math.min(paths.length, 2),
    sizeBytes: paths.length * 4,
  };
  const place = join(bench.dir, 'hostile', 'deep', 'in', 'here');
  const order = { requests, files, staging: join(place, 'staging'), target: join(place, 'target') };
  const pulling = pull(order, { tell: () => {}, signal: transfer.signal });
  await expect(pulling).rejects.toMatchObject({ code: expect.stringMatching(/BAD_REQUEST|DATA_DAMAGED/) });
  expect(bytesBelow(join(bench.dir, 'hostile'))).toBe(0);
});
