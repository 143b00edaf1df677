import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { databaseName } from './database.ts';
import { migrate } from './schema.ts';
import { SqliteStorage } from './sqlite.ts';

const dir = mkdtempSync(join(tmpdir(), 'benchmate-schema-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const steps = (db: Database.Database) => Number(db.pragma('user_version', { simple: true }));
const dump = (db: Database.Database) =>
  db.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all();

const fresh = new Database(':memory:');
migrate(fresh);
const latest = steps(fresh);

/** What a server of that schema would have left: a document with two updates and one entry. */
function older(step: number): string {
  const folder = mkdtempSync(join(dir, `${step}-`));
  const db = new Database(join(folder, databaseName));
  migrate(db, step);
  db.exec(`
    INSERT INTO document (document, name) VALUES (1, 'room');
    INSERT INTO updates (document, data) VALUES (1, x'0a'), (1, x'0b');
    INSERT INTO entries VALUES ('team', 'ana', 1, 'hash', '{"seq":1}')`);
  db.close();
  return folder;
}

async function expectContent(folder: string): Promise<void> {
  const storage = new SqliteStorage(folder);
  const { parts, last } = await storage.documents.read('room');
  expect([parts.map(([byte]) => byte), last]).toEqual([[10, 11], 2]);
  expect(await storage.entries.counts()).toEqual({ teams: 1, entries: 1 });
  expect(await storage.documents.append('room', new Uint8Array([12]))).toBe(3);
  await storage.close();
  const db = new Database(join(folder, databaseName));
  expect(dump(db)).toEqual(dump(fresh));
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
}

describe('the schema', () => {
  it.each(Array.from({ length: latest - 1 }, (_, index) => index + 1))(
    'goes on from step %i with everything that was there',
    async step => {
      await expectContent(older(step));
    },
  );

  it('is whole after a migration that was killed at any statement', async () => {
    const killer = fileURLToPath(new URL('./testing-killed-migration.ts', import.meta.url));
    let kills = 0;
    for (let statement = 2; ; statement += 3) {
      const folder = older(2);
      const file = join(folder, databaseName);
      const { signal, status } = spawnSync(process.execPath, [killer, file, String(statement)]);
      if (status === 0) break; // it was through before
      if (process.platform !== 'win32') expect(signal).toBe('SIGKILL');
      kills++;
      const db = new Database(file);
      expect(steps(db)).toBeGreaterThanOrEqual(2);
      db.close();
      await expectContent(folder);
    }
    expect(kills).toBeGreaterThan(2);
  });

  it('of a newer server is refused, and left as it is', () => {
    const folder = older(latest);
    const file = join(folder, databaseName);
    const db = new Database(file);
    db.pragma(`user_version = ${latest + 1}`);
    db.close();
    expect(() => new SqliteStorage(folder)).toThrow(/newer sync server/);
    const again = new Database(file);
    expect(steps(again)).toBe(latest + 1);
    again.close();
  });
});
