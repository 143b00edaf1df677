import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WriteAheadLog } from '@benchmate/shared/node/write-ahead-log';
import { Appends } from './appends.ts';
import { databaseName, openBeside, openStore, Store, type OwnStore } from './database.ts';
import { DiskHealth } from './disk-health.ts';
import { SqliteThread } from './sqlite-thread.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-appends-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A disk whose syncs end when the test says so. */
class WatchedLog extends WriteAheadLog {
  readonly syncs: { end: (error?: Error) => void }[] = [];
  mends = 0;

  override sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.syncs.push({ end: error => (error ? reject(error) : resolve()) });
    });
  }

  override async mend(): Promise<void> {
    this.mends++;
  }
}

describe('updates written from the event loop', () => {
  let own: OwnStore;
  let log: WatchedLog;
  let health: DiskHealth;
  let appends: Appends;
  beforeEach(() => {
    own = openStore(dir);
    const { db, log: unused } = openBeside(dir);
    unused?.close();
    log = new WatchedLog(db);
    const store = new Store(db, log);
    health = new DiskHealth(async () => {});
    appends = new Appends(store, health);
  });
  afterEach(async () => {
    for (const { end } of log.syncs) end();
    await appends.close();
    health.close();
    own.close();
  });

  const update = (text: string) => Buffer.from(text);
  const stored = () => own.db.prepare('SELECT data FROM updates ORDER BY number').pluck().all().map(String);

  it('are acknowledged after the sync, and not before', async () => {
    let acknowledged = 0;
    const added = appends.add('room', update('a')).then(() => acknowledged++);
    await expect.poll(() => log.syncs.length).toBe(1);
    expect(stored()).toEqual(['a']);
    expect(acknowledged).toBe(0);
    log.syncs[0]!.end();
    await added;
    expect(acknowledged).toBe(1);
  });

  it('share the next commit with whoever comes while the disk works', async () => {
    const first = appends.add('room', update('a'));
    await expect.poll(() => log.syncs.length).toBe(1);
    const more = ['b', 'c', 'd'].map(text => appends.add('room', update(text)));
    log.syncs[0]!.end();
    expect(await first).toBe(1);
    await expect.poll(() => log.syncs.length).toBe(2);
    log.syncs[1]!.end();
    expect(await Promise.all(more)).toEqual([2, 3, 4]);
  });

  it('can be read before the disk has them', async () => {
    const added = appends.add('room', update('a'));
    await appends.committed();
    expect(stored()).toEqual(['a']);
    await expect.poll(() => log.syncs.length).toBe(1);
    log.syncs[0]!.end();
    await added;
  });

  it('are refused when their sync fails, and written again once the log was moved', async () => {
    const first = appends.add('room', update('a'));
    await expect.poll(() => log.syncs.length).toBe(1);
    log.syncs[0]!.end(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }));
    await expect(first).rejects.toMatchObject({ code: 'DISK_FAILING' });
    expect(health.failure).toMatchObject({ code: 'DISK_FAILING' });
    const again = appends.add('room', update('b'));
    await expect.poll(() => log.syncs.length).toBe(2);
    expect(log.mends).toBe(1);
    log.syncs[1]!.end();
    expect(await again).toBe(2);
  });

  it('are all settled when the storage says so', async () => {
    const settled: string[] = [];
    const first = appends.add('room', update('a')).then(() => settled.push('a'));
    await expect.poll(() => log.syncs.length).toBe(1);
    const second = appends.add('room', update('b')).then(() => settled.push('b'));
    const all = appends.settled().then(() => settled.push('all'));
    log.syncs[0]!.end();
    await expect.poll(() => log.syncs.length).toBe(2);
    expect(settled).toEqual(['a']);
    log.syncs[1]!.end();
    await Promise.all([first, second, all]);
    expect(settled).toEqual(['a', 'b', 'all']);
  });
});

describe('the log of writes', () => {
  it('is moved into the database before it grows long, and nothing of it is lost', { timeout: 60_000 }, async () => {
    const storage = await SqliteThread.open(dir);
    const bytes = 200_000;
    const longest: number[] = [];
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        Array.from({ length: 12 }, () => storage.documents.append(`room-${round % 3}`, new Uint8Array(bytes))),
      );
      longest.push(statSync(join(dir, `${databaseName}-wal`)).size);
    }
    expect(Math.max(...longest)).toBeLessThan(40 * 2 ** 20);
    const largest = await storage.documents.largest(3);
    expect(largest.reduce((sum, { updates }) => sum + updates, 0)).toBe(240);
    await storage.close();
    expect(existsSync(join(dir, `${databaseName}-wal`))).toBe(false);
  });

  it('holds an update that is too large for the event loop as well, in front of what is read', async () => {
    const storage = await SqliteThread.open(dir);
    const large = storage.documents.append('room', new Uint8Array(2_000_000));
    const small = storage.documents.append('room', new Uint8Array(10));
    expect((await storage.documents.read('room')).bytes).toBe(2_000_010);
    await storage.documents.settled();
    expect((await Promise.all([large, small])).toSorted((a, b) => a - b)).toEqual([1, 2]);
    await storage.close();
  });
});
