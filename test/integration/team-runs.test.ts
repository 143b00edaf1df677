import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentIds } from '@benchmate/shared/documents/document-id';
import type { SharedRun } from '@benchmate/shared/domain/shared-run';
import { sharesOf } from '@benchmate/shared/documents/run-document';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import { requestTicket } from '../../desktop/engine/src/replication/sync/access.ts';
import { ticketProtocols } from '../../desktop/engine/src/replication/sync/socket.ts';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { deviceKeys, fromBase64Url, signText } from '@benchmate/shared/facts/keys';
import { runShareText } from '@benchmate/shared/facts/shared-run';
import { allShared, formTeam, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

// A run that one device shares is a run of every device of the team, whose numbers only its author changes.
const projectId = 'churn-0a1b2c3d';
let bench: TeamBench;
let ada: Device;
let ben: Device;
let runId: string;

beforeAll(async () => {
  bench = await openTeamBench();
  [ada, ben] = await Promise.all([bench.device('Ada'), bench.device('Ben')]);
  await formTeam(bench, [ada, ben]);
  await openProject(ada, join(bench.dir, 'project'), projectId);
  await until(async () => (await ben.client.projects.list.query()).length === 1);
  runId = await train(ada, 5000);
});
afterAll(() => bench?.close());

interface Answer {
  message?: string;
  experiment_id?: string;
  run?: { info: { run_id: string } };
}

/** MLflow's REST API, as its client speaks it. */
async function mlflow(device: Device, path: string, body: object): Promise<Answer> {
  const { url, token } = (await readEndpoint(device.dataDir))!;
  const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Answer;
  if (!response.ok) throw Object.assign(new Error(answer.message), { status: response.status });
  return answer;
}

const points = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({
    key: 'val loss',
    value: from + index === 4321 ? 9.75 : Math.sin((from + index) / 100),
    step: from + index,
    timestamp: 1_700_000_000_000 + 1000 * (from + index),
  }));

async function train(device: Device, steps: number): Promise<string> {
  const experiment = await mlflow(device, 'experiments/create', { name: projectId }).catch(() => null);
  const experimentId = experiment?.experiment_id ?? '1';
  const tags = [
    { key: 'mlflow.source.name', value: '/home/ada/secret-place/train.py' },
    { key: 'mlflow.source.git.commit', value: 'c0ffee' },
    { key: 'purpose', value: 'depth' },
  ];
  const { run } = await mlflow(device, 'runs/create', { experiment_id: experimentId, run_name: 'deep-otter', tags });
  const id = run!.info.run_id;
  await mlflow(device, 'runs/log-batch', { run_id: id, params: [{ key: 'lr', value: '0.01' }] });
  for (let at = 0; at < steps; at += 1000)
    await mlflow(device, 'runs/log-batch', { run_id: id, metrics: points(at, at + 1000) });
  await mlflow(device, 'runs/update', { run_id: id, status: 'FINISHED' });
  return id;
}

const arrived = (device: Device, id: string) =>
  until(() => device.client.runs.get.query({ runId: id }).catch(() => null));

test('a review that is asked for takes its run along: numbers, params and curve with its extremes, and no path', async () => {
  expect(await ada.client.sharedRuns.sharing.query({ runId })).toEqual({ kind: 'private', refusal: null });
  await ada.client.registry.register.mutate({ model: 'churn', runId, source: `runs:/${runId}/model` });
  await ada.client.modelReviews.request.mutate({ model: 'churn', version: 1, people: ['Ben'], comment: '' });
  const run = await arrived(ben, runId);
  expect(run).toMatchObject({ name: 'deep-otter', status: 'FINISHED', projectId, params: { lr: '0.01' } });
  expect(run.metrics['val loss']).toMatchObject({ step: 4999 });
  expect(run.tags).toMatchObject({
    purpose: 'depth',
    'mlflow.source.git.commit': 'c0ffee',
    'benchmate.sharedBy': 'Ada',
  });
  expect(JSON.stringify(run)).not.toContain('secret-place');
  const curve = await ben.client.metrics.history.query({ runId, key: 'val loss', maxPoints: 2000 });
  expect(curve.points.length).toBeGreaterThan(500);
  expect(curve.points).toContainEqual(expect.objectContaining({ step: 4321, value: 9.75 }));
  expect(await ben.client.sharedRuns.sharing.query({ runId })).toMatchObject({
    kind: 'received',
    by: 'Ada',
    thinned: true,
  });
  expect(await ada.client.sharedRuns.sharing.query({ runId })).toMatchObject({ kind: 'shared' });
});

test('a teammate’s run is read here, by MLflow’s API too, and changed by nobody', async () => {
  const found = await mlflow(ben, 'runs/search', { experiment_ids: ['1'], filter: "params.lr = '0.01'" });
  expect(JSON.stringify(found)).toContain(runId);
  await expect(mlflow(ben, 'runs/set-tag', { run_id: runId, key: 'mine', value: 'now' })).rejects.toMatchObject({
    message: expect.stringContaining('is a teammate’s: it changes on the device that made it'),
    status: 403,
  });
  await expect(ben.client.sharedRuns.share.mutate({ runId })).rejects.toThrow('Ada shares this run already.');
});

test('what is shared offline arrives later, and what was logged since arrives when it is shared again', async () => {
  await bench.killServer();
  const second = await train(ada, 1000);
  await ada.client.sharedRuns.share.mutate({ runId: second });
  await bench.startServer();
  expect(Object.keys((await arrived(ben, second)).metrics)).toEqual(['val loss']);
  expect(await ben.client.sharedRuns.sharing.query({ runId: second })).toMatchObject({ thinned: false });
  await mlflow(ada, 'runs/log-batch', {
    run_id: second,
    metrics: points(1000, 1500),
    params: [{ key: 'late', value: '1' }],
  });
  await ada.client.sharedRuns.share.mutate({ runId: second });
  await until(async () => (await ben.client.runs.get.query({ runId: second })).params['late'] === '1');
  const curve = await ben.client.metrics.history.query({ runId: second, key: 'val loss', maxPoints: 5000 });
  expect(curve.points.at(-1)).toMatchObject({ step: 1499 });
  expect(new Set(curve.points.map(({ step }) => step)).size).toBe(curve.points.length);
  await ben.kill();
  await ben.start();
  expect(await ben.client.sharedRuns.sharing.query({ runId: second })).toMatchObject({ kind: 'received', by: 'Ada' });
  await expect(mlflow(ben, 'runs/set-tag', { run_id: second, key: 'a', value: 'b' })).rejects.toThrow('teammate’s');
});

test('a patched client of a member changes no number: neither in another’s place nor in its own', async () => {
  const { teamId } = await ben.client.team.state.query();
  const documentId = documentIds.run(teamId, projectId, runId);
  const { seed } = JSON.parse(readFileSync(join(ben.dataDir, 'device.json'), 'utf8')) as { seed: string };
  const keys = deviceKeys(fromBase64Url(seed)!);
  const { ticket } = await requestTicket(bench.serverUrl, keys);
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(bench.serverUrl.replace('http', 'ws'), documentId, doc, {
    disableBc: true,
    protocols: ticketProtocols(ticket),
  });
  await until(() => provider.synced);
  const [[author, { data, sig }]] = [...sharesOf(doc)] as [[string, { data: Uint8Array; sig: string }]];
  const before = await ada.client.metrics.history.query({ runId, key: 'val loss', maxPoints: 100 });
  const told = JSON.parse(gunzipSync(data).toString()) as SharedRun;
  const better = told.curves.map(curve => ({ ...curve, values: curve.values.map(() => 0.001) }));
  const forged = new Uint8Array(gzipSync(JSON.stringify({ ...told, since: 0, curves: better, name: 'forged' })));
  const own = signText(runShareText(documentId, forged), keys);
  doc.getMap('shares').set(author, { data: forged, sig });
  doc.getMap('shares').set(keys.device, { data: forged, sig: own });
  doc.getMap('shares').set('somebody', 'else');
  await until(() => provider.synced);
  // A further share by its author takes its place back.
  await mlflow(ada, 'runs/set-tag', { run_id: runId, key: 'purpose', value: 'width' });
  await until(async () => (await ada.client.sharedRuns.share.mutate({ runId })).kind === 'shared');
  await until(async () => (await ben.client.runs.get.query({ runId })).tags['purpose'] === 'width');
  expect((await ben.client.runs.get.query({ runId })).name).toBe('deep-otter');
  expect((await ben.client.metrics.history.query({ runId, key: 'val loss', maxPoints: 100 })).points.at(-1)).toEqual(
    before.points.at(-1),
  );
  provider.destroy();
  await allShared(ada);
});

test('a pinned baseline comes along, and each run that ends where the project says so', async () => {
  const pinned = await train(ada, 1000);
  await ada.client.projects.pinBaseline.mutate({ projectId, runId: pinned });
  await arrived(ben, pinned);
  appendFileSync(join(bench.dir, 'project/benchmate.yaml'), 'shareRuns: finished\n');
  await ada.client.projects.open.mutate({ dir: join(bench.dir, 'project') });
  await arrived(ben, await train(ada, 1000));
});

test('a run outside every project says why it cannot be shared', async () => {
  const { experiment_id } = await mlflow(ada, 'experiments/create', { name: 'elsewhere' });
  const { run } = await mlflow(ada, 'runs/create', { experiment_id, run_name: 'lost' });
  const id = run!.info.run_id;
  const sharing = await ada.client.sharedRuns.sharing.query({ runId: id });
  expect(sharing).toMatchObject({ kind: 'private', refusal: expect.stringContaining('belongs to no project') });
  await expect(ada.client.sharedRuns.share.mutate({ runId: id })).rejects.toThrow('belongs to no project of the team');
});

test('where notes are encrypted the server reads nothing of a run, either', async () => {
  await ada.client.encryption.begin.mutate({ projectId });
  await until(async () =>
    (await ben.client.encryption.list.query()).some(({ encrypted, hasKey }) => encrypted && hasKey),
  );
  const id = await train(ada, 1000);
  await ada.client.sharedRuns.share.mutate({ runId: id });
  expect((await arrived(ben, id)).params).toEqual({ lr: '0.01' });
});
