import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { blobIndexContract } from '../blobs/index-contract.ts';
import { storageContract } from './contract.ts';
import { SqliteThread } from './sqlite-thread.ts';
import { SqliteStorage } from './sqlite.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const held = (text: string) => ({ hash: text, entry: { author: 'ana', seq: 1, text } }) as unknown as HeldEntry;

function folder(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'benchmate-sync-')));
  return folders.at(-1)!;
}

describe('SQLite', () => {
  storageContract(
    async () => new SqliteStorage(folder()),
    async storage => {
      await storage.close();
      return new SqliteStorage(folders.at(-1)!);
    },
  );
  blobIndexContract(async () => new SqliteStorage(folder()));
});

describe('a store without space', () => {
  it('says so until there is some again, also when nobody writes meanwhile', async () => {
    const storage = await SqliteThread.open(folder(), 300_000);
    const write = () => storage.documents.append('room', new Uint8Array(50_000));
    await expect(Promise.all([write(), write(), write(), write(), write(), write()])).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    expect(storage.failure).toMatchObject({ code: 'DISK_FULL' });
    await write();
    await write();
    await write(); // there is place for one: that does not mean that all is well
    expect(storage.failure).not.toBeNull();
    await expect(storage.entries.append('team', [held('x'.repeat(100_000))])).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    const read = await storage.documents.read('room');
    expect(await storage.documents.replace('room', new Uint8Array(1000), read)).toBe(true);
    await expect.poll(() => storage.failure, { timeout: 10_000 }).toBeNull();
    await storage.close();
  });
});

describe('SQLite in its thread', () => {
  storageContract(
    () => SqliteThread.open(folder()),
    async storage => {
      await storage.close();
      return SqliteThread.open(folders.at(-1)!);
    },
  );
  blobIndexContract(() => SqliteThread.open(folder()));

  it('says what keeps it from opening', async () => {
    const dataDir = folder();
    const first = await SqliteThread.open(dataDir);
    await expect(SqliteThread.open(dataDir)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
    await first.close();
  });

  it('finds what waits for company, and stores it before its end', async () => {
    const storage = await SqliteThread.open(folder());
    const add = (byte: number) => storage.documents.append('room', new Uint8Array([byte]));
    await add(1);
    const waiting = [add(2), add(3)];
    expect((await storage.documents.read('room')).updates).toBe(3);
    waiting.push(add(4));
    await storage.close();
    expect(await Promise.all(waiting)).toEqual([2, 3, 4]);
  });

  it('rejects what is asked of it after its end, and what waits', async () => {
    const storage = await SqliteThread.open(folder());
    await storage.close();
    await expect(storage.documents.read('room')).rejects.toMatchObject({ code: 'OFFLINE' });
  });
});
