import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { blobIndexContract } from '../blobs/index-contract.ts';
import { storageContract } from './contract.ts';
import { SqliteThread } from './sqlite-thread.ts';
import { SqliteStorage } from './sqlite.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

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

  it('rejects what is asked of it after its end, and what waits', async () => {
    const storage = await SqliteThread.open(folder());
    await storage.close();
    await expect(storage.documents.read('room')).rejects.toMatchObject({ code: 'OFFLINE' });
  });
});
