import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { acksSubprotocol } from '@benchmate/shared/protocol/document-wire';
import { expectEmpty, fill } from '../../sync-server/src/backup/fill.ts';
import { packedArchive } from '../../sync-server/src/backup/packed.ts';
import { restore } from '../../sync-server/src/backup/restore.ts';
import { updateFrame } from '../../sync-server/src/rooms/frames.ts';
import { insertion, RawClient, share } from '../../sync-server/src/simulated-client.ts';
import type { Storage } from '../../sync-server/src/storage/ports.ts';
import { PostgresPool } from '../../sync-server/src/storage/postgres-pool.ts';
import { intoEmptyPostgres } from '../../sync-server/src/storage/postgres-restore.ts';
import { PostgresStorage } from '../../sync-server/src/storage/postgres.ts';
import { SqliteThread } from '../../sync-server/src/storage/sqlite-thread.ts';
import { startLogging } from '../support/logging-program.ts';
import { runNode } from '../support/run-node.ts';
import { openPostgres } from '../support/services.ts';
import { until } from '../support/until.ts';

const dir = mkdtempSync(join(tmpdir(), 'benchmate-backup-'));
const database = await openPostgres();
const cleanUps: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  await database?.remove();
  rmSync(dir, { recursive: true, force: true });
});

const command = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => runNode('sync-server/src/main.ts', args, env);
const textOf = (parts: readonly Uint8Array[]) => {
  const doc = new Y.Doc();
  for (const part of parts) Y.applyUpdate(doc, part);
  return [doc.getText('body').toJSON(), Buffer.from(Y.encodeStateVector(doc)).toString('hex')];
};

/** Everything that a storage holds, as anybody who reads it sees it. */
async function contentOf({ documents, entries, blocked }: Storage) {
  const names = await documents.names();
  const teams = await entries.teams();
  return {
    documents: await Promise.all(names.map(async name => [name, textOf((await documents.read(name)).parts)])),
    entries: await Promise.all(teams.map(async team => [team, await entries.ofTeam(team)])),
    blocked: await blocked.all(),
  };
}

const ana = SimulatedDevice.founder('Ana', 1);
ana.welcome('Bo', 2, 'contributor');
ana.state({ kind: 'model.created', model: 'churn', description: 'naïve 🙂 <b>' });
const doc = new Y.Doc();
const written: Uint8Array[] = [];
doc.on('update', update => written.push(update));
for (let i = 0; i < 40; i++) doc.getText('body').insert(0, `${i} `);
doc.getText('body').insert(0, 'large '.repeat(400_000)); // more than one record

async function filled(storage: Storage): Promise<Storage> {
  for (const update of written.slice(0, 20)) await storage.documents.append('room', update);
  const read = await storage.documents.read('room');
  await storage.documents.replace('room', Y.mergeUpdates(read.parts), read);
  for (const update of written.slice(20)) await storage.documents.append('room', update);
  await storage.documents.append('other', insertion('short'));
  await storage.entries.append(ana.feeds.teamId, [...ana.feeds.entries()]);
  await storage.blocked.block('a-stolen-laptop', 1_750_000_000_000);
  return storage;
}

async function archived(name: string): Promise<string> {
  const storage = await filled(await SqliteThread.open(join(dir, `${name}-source`)));
  const file = join(dir, `${name}.backup`);
  writeFileSync(file, Buffer.concat(await packedArchive(storage, new Date()).toArray()));
  await storage.close();
  return file;
}

async function emptyDatabase(name: string): Promise<string> {
  const pool = new PostgresPool(database!.url, { connections: 1 });
  await pool.change(`CREATE DATABASE ${name}`);
  await pool.end();
  return database!.url.replace(/\/postgres$/, `/${name}`);
}

describe('a backup', () => {
  it('of a server under writing clients holds everything acknowledged before it began, and is restored by commands', async () => {
    const dataDir = join(dir, 'running');
    const server = await startLogging('sync-server/src/main.ts', ['--data-dir', dataDir, '--open']);
    cleanUps.push(() => server.child.kill('SIGKILL'));
    const feeds = await share(server.url, ana);
    feeds.socket.terminate();
    const writer = new RawClient(server.url, 'room', [acksSubprotocol]);
    await writer.opened;
    const live = new Y.Doc();
    live.on('update', update => writer.socket.send(updateFrame(update)));
    let acknowledged = 0;
    const follow = async () => {
      for (;;) acknowledged = decodeCount(await writer.next(frame => frame[0] === 8));
    };
    const followed = follow().catch(() => {});
    const write = setInterval(() => live.getText('body').insert(live.getText('body').length, 'u'), 1);
    await until(() => acknowledged >= 100);
    const before = acknowledged;
    const file = join(dir, 'running.backup');
    const backup = await command(['backup', file, '--data-dir', dataDir, '--json']);
    expect(backup).toMatchObject({ code: 0 });
    await until(() => acknowledged > before);
    clearInterval(write);
    expect(JSON.parse(backup.output)).toMatchObject({ documents: 1, teams: 1, entries: 4 });
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
    expect(await command(['backup', file, '--data-dir', dataDir])).toMatchObject({
      code: 5,
      errors: expect.stringContaining('ALREADY_EXISTS') as string,
    });
    writer.socket.terminate();
    await followed;
    server.child.kill('SIGKILL');
    await server.exited;

    const restored = join(dir, 'running-restored');
    expect(await command(['restore', file, '--data-dir', restored])).toMatchObject({ code: 0 });
    expect(readdirSync(restored)).toEqual(['benchmate-sync.db']);
    const storage = await SqliteThread.open(restored);
    const { documents, entries } = await contentOf(storage);
    await storage.close();
    const [, [text]] = documents[0] as [string, [string, string]];
    expect(text.length).toBeGreaterThanOrEqual(before);
    expect(live.getText('body').toJSON().startsWith(text)).toBe(true);
    const byAuthor = [...ana.feeds.entries()]
      .map(({ entry }) => entry)
      .toSorted((a, b) => (a.author < b.author ? -1 : 1));
    expect(entries).toEqual([[ana.feeds.teamId, byAuthor]]);
    // The server was killed and left its file behind: then the folder itself is read.
    expect(existsSync(join(dataDir, 'admin.json'))).toBe(true);
    expect(await command(['backup', join(dir, 'after.backup'), '--data-dir', dataDir])).toMatchObject({ code: 0 });
  });

  it('is restored whole and equal, once', async () => {
    const file = await archived('equal');
    const source = await SqliteThread.open(join(dir, 'equal-source'));
    const expected = await contentOf(source);
    await source.close();
    const dataDir = join(dir, 'equal-restored');
    expect(await restore(file, { dataDir })).toEqual({ documents: 2, updates: 23, teams: 1, entries: 4, blocked: 1 });
    const storage = await SqliteThread.open(dataDir);
    expect(await contentOf(storage)).toEqual(expected);
    await storage.close();
    await expect(restore(file, { dataDir })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  });

  it('that is none, cut off, changed in any byte or newer is refused with a code, and leaves nothing behind', async () => {
    const file = await archived('damaged');
    const whole = readFileSync(file);
    const lines = gunzipSync(whole).toString().trimEnd().split('\n');
    const packed = (changed: readonly string[]) => gzipSync(`${changed.join('\n')}\n`);
    const flipped = Buffer.from(whole);
    flipped[whole.length >> 1]! ^= 1;
    const cases: [string, Buffer, string][] = [
      ['empty', Buffer.alloc(0), 'BAD_REQUEST'],
      ['text', Buffer.from('hello'), 'BAD_REQUEST'],
      ['another-gzip', gzipSync('{"some":"json"}\n'), 'BAD_REQUEST'],
      ['newer', packed([lines[0]!.replace('"version":1', '"version":2'), ...lines.slice(1)]), 'DATA_DIR_TOO_NEW'],
      ['cut', whole.subarray(0, whole.length - 200), 'DATA_DAMAGED'],
      ['flipped', flipped, 'DATA_DAMAGED'],
      ['without-an-end', packed(lines.slice(0, -1)), 'DATA_DAMAGED'],
      ['without-a-record', packed(lines.toSpliced(3, 1)), 'DATA_DAMAGED'],
      ['longer', packed([...lines, lines[1]!]), 'DATA_DAMAGED'],
      ['changed', packed(lines.map(line => line.replace('"churn"', '"other"'))), 'DATA_DAMAGED'],
    ];
    for (const [name, bytes, code] of cases) {
      const broken = join(dir, `${name}.broken`);
      writeFileSync(broken, bytes);
      const dataDir = join(dir, `${name}-restored`);
      await expect(restore(broken, { dataDir }), name).rejects.toMatchObject({ code });
      expect(existsSync(dataDir), name).toBe(false);
    }
    await expect(restore(join(dir, 'nothing'), { dataDir: dir })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe.skipIf(!database)('a backup of PostgreSQL', () => {
  it('is restored into SQLite and back, logically equal', async () => {
    const from = await emptyDatabase('from_here');
    const source = await filled(await PostgresStorage.open(from));
    const expected = await contentOf(source);
    const file = join(dir, 'postgres.backup');
    expect(await command(['backup', file], { BENCHMATE_SYNC_DATABASE: from })).toMatchObject({ code: 0 });
    await source.close();
    const dataDir = join(dir, 'from-postgres');
    await restore(file, { dataDir });
    const sqlite = await SqliteThread.open(dataDir);
    expect(await contentOf(sqlite)).toEqual(expected);
    await sqlite.close();
    const to = await emptyDatabase('to_there');
    expect(await command(['restore', file], { BENCHMATE_SYNC_DATABASE: to })).toMatchObject({ code: 0 });
    const target = await PostgresStorage.open(to);
    expect(await contentOf(target)).toEqual(expected);
    expect(await target.documents.append('room', insertion('goes on'))).toBeGreaterThan(20);
    await target.close();
    await expect(restore(file, { database: to })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  });

  it('that is cut off in the middle of a restore leaves nothing, and the next one is whole', async () => {
    const file = await archived('cut');
    const url = await emptyDatabase('cut_off');
    const failing = intoEmptyPostgres(
      url,
      async storage => {
        await storage.documents.append('half', insertion('half'));
        throw new Error('the machine went out');
      },
      expectEmpty,
    );
    await expect(failing).rejects.toThrow('went out');
    const before = await PostgresStorage.open(url);
    expect(await before.documents.names()).toEqual([]);
    await before.close();
    await intoEmptyPostgres(url, storage => fill(storage, file), expectEmpty);
    const after = await PostgresStorage.open(url);
    expect(await after.documents.names()).toEqual(['other', 'room']);
    await after.close();
  });
});

const decodeCount = (frame: Buffer) => frame.subarray(1).reduce((sum, byte, at) => sum + (byte & 127) * 128 ** at, 0);
