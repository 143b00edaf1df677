import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import type { BlobManifest } from '@benchmate/shared/protocol/blobs-wire';
import { silentLog } from '../operations/log.ts';
import { defaultQuotas } from '../quotas.ts';
import { SqliteStorage } from '../storage/sqlite.ts';
import { Blobs } from './blobs.ts';
import { Collector } from './collect.ts';
import { FolderObjects } from './folder-objects.ts';

const graceMs = 1000;
let dataDir: string;
let storage: SqliteStorage;
let objects: FolderObjects;
let blobs: Blobs;
let collector: Collector;
let ana: SimulatedDevice;
let team: string;
let now = 0;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'benchmate-collect-'));
  storage = new SqliteStorage(dataDir);
  objects = new FolderObjects(join(dataDir, 'blobs'));
  ana = SimulatedDevice.founder('Ana', 1);
  team = ana.feeds.teamId;
  const parts = { index: storage.blobs, objects, now: () => now, log: silentLog };
  blobs = new Blobs({ ...parts, quotas: defaultQuotas });
  const modelsOf = async (id: string) => (id === team ? ana.registry().models : []);
  collector = new Collector({ ...parts, modelsOf, graceMs });
});
afterEach(async () => {
  await collector.close();
  await storage.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function bring(content: Uint8Array, to = team): Promise<string> {
  const key = { team: to, device: 'ana', blob: createHash('sha256').update(content).digest('hex') };
  await blobs.begin(key, content.length);
  await blobs.append(key, 0, one(content), async () => {});
  return key.blob;
}

async function* one(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

/** Registers a version made of one file and shares it. */
async function shareVersion(versionId: string, content: Uint8Array): Promise<{ file: string; manifest: string }> {
  ana.state({ kind: 'model.version-registered', model: 'churn', versionId, source: 's', runId: null, description: '' });
  const file = await bring(content);
  const list: BlobManifest = { v: 1, files: [{ path: 'weights', sizeBytes: content.length, blob: file }] };
  const manifest = await bring(Buffer.from(JSON.stringify(list)));
  const files = { manifest, count: 1, sizeBytes: content.length };
  ana.state({ kind: 'model.version-shared', model: 'churn', versionId, files });
  return { file, manifest };
}

async function collectTwice(): Promise<void> {
  await collector.collect();
  now += graceMs + 1;
  await collector.collect();
}

const objectsOnDisk = () =>
  readdirSync(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true }).filter(file => file.isFile()).length;

it('B4 keeps the files of living versions, and lets those of deleted ones go after the grace time', async () => {
  const [common, first, second] = [randomBytes(100), randomBytes(200), randomBytes(300)];
  const kept = await shareVersion('v1', Buffer.concat([common, first]));
  const gone = await shareVersion('v2', second);
  const stray = await bring(randomBytes(50));
  expect(objectsOnDisk()).toBe(5);
  ana.state({ kind: 'model.version-deleted', model: 'churn', versionId: 'v2' });
  await collector.collect();
  expect(objectsOnDisk()).toBe(5);
  now += graceMs - 1;
  await collector.collect();
  expect(objectsOnDisk()).toBe(5);
  now += 2;
  await collector.collect();
  expect(await storage.blobs.blobsOf(team)).toEqual([kept.file, kept.manifest].toSorted());
  for (const blob of [gone.file, gone.manifest, stray])
    await expect(blobs.open(team, blob)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(objectsOnDisk()).toBe(2);
});

it('B4 counts no deletion that the facts do not allow', async () => {
  const { file } = await shareVersion('v1', randomBytes(100));
  const bo = ana.welcome('Bo', 2, 'contributor');
  bo.state({ kind: 'model.version-deleted', model: 'churn', versionId: 'v1' });
  ana.syncWith(bo);
  await collectTwice();
  expect(await blobs.open(team, file)).toMatchObject({ sizeBytes: 100 });
});

it('B4 keeps an object while another team has it, and a list that is none for itself alone', async () => {
  const content = randomBytes(100);
  const { file } = await shareVersion('v1', content);
  await bring(content, 'other');
  await collectTwice();
  await expect(blobs.open('other', file)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await blobs.open(team, file)).toMatchObject({ sizeBytes: 100 });
  const noList = await bring(Buffer.from('{"v":1,"files":'));
  const versionId = 'v2';
  ana.state({ kind: 'model.version-registered', model: 'churn', versionId, source: 's', runId: null, description: '' });
  const files = { manifest: noList, count: 1, sizeBytes: 1 };
  ana.state({ kind: 'model.version-shared', model: 'churn', versionId, files });
  await collectTwice();
  expect(await blobs.open(team, noList)).toMatchObject({ sizeBytes: 15 });
});

it('B2 a blob whose object was lost is brought again', async () => {
  const content = randomBytes(100);
  const blob = await bring(content);
  const { object } = (await storage.blobs.find(team, blob))!;
  await objects.remove(object);
  await bring(content);
  expect(objectsOnDisk()).toBe(1);
  const { read } = await blobs.open(team, blob);
  expect(Buffer.concat(await (await read(0, 99)).toArray()).equals(content)).toBe(true);
});

it('B5 ends uploads that nobody goes on with', async () => {
  const key = { team, device: 'ana', blob: 'a'.repeat(64) };
  await blobs.begin(key, 1000);
  await blobs.append(key, 0, one(randomBytes(10)), async () => {});
  expect((await blobs.begin(key, 1000)).offset).toBe(10);
  expect(objectsOnDisk()).toBe(1);
  now += graceMs + 1;
  await collector.collect();
  expect(objectsOnDisk()).toBe(0);
  expect((await blobs.begin(key, 1000)).offset).toBe(0);
});
