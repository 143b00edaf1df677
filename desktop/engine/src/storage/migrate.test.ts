import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from './database.ts';
import { migrate, schemaOf, schemaVersion } from './migrate.ts';
import { migrations } from './migrations/index.ts';

const fixture = readFileSync(new URL('./fixtures/schema-7.sql', import.meta.url), 'utf8');
const schemaText = (db: Database.Database) => db.prepare('SELECT sql FROM sqlite_schema ORDER BY name').pluck().all();

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'benchmate-migrate-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every row of the tables that a database of schema 7 had, by its columns of then. */
function oldRows(db: Database.Database, like: Database.Database): Record<string, unknown[]> {
  const tables = like
    .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all();
  return Object.fromEntries(
    tables.map(({ name }) => {
      const columns = like.prepare(`SELECT name FROM pragma_table_info(?)`).pluck().all(name).join(', ');
      return [name, db.prepare(`SELECT ${columns} FROM ${name} ORDER BY ${columns}`).all()];
    }),
  );
}

function schema7(): Database.Database {
  const db = new Database(join(folder, 'benchmate.db'));
  db.exec(fixture);
  return db;
}

test('migrations are numbered 1, 2, 3 … in order: a gap would be skipped by whoever is past it', () => {
  expect(migrations.map(({ id }) => id)).toEqual(migrations.map((_, index) => index + 1));
});

test('E38 from every earlier schema the present one is reached, the same as a new one; again changes nothing', () => {
  const fresh = new Database(':memory:');
  migrate(fresh);
  for (let from = 1; from <= schemaVersion; from++) {
    const db = new Database(':memory:');
    migrate(db, {}, from);
    expect(schemaOf(db)).toBe(from);
    migrate(db);
    migrate(db);
    expect(schemaText(db)).toEqual(schemaText(fresh));
    expect(schemaOf(db)).toBe(schemaVersion);
  }
});

test('E38 a database of schema 7 keeps every row, and a private copy of it stays beside it', () => {
  const before = schema7();
  const rows = oldRows(before, before);
  before.close();
  const steps: number[] = [];
  const store = openStore(join(folder, 'benchmate.db'), 'full', ({ id }) => steps.push(id));
  const original = new Database(':memory:');
  original.exec(fixture);
  expect(oldRows(store.db, original)).toEqual(rows);
  expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(store.db.pragma('foreign_key_check')).toEqual([]);
  expect(steps).toEqual(migrations.map(({ id }) => id).filter(id => id > 7));
  store.close();
  const copy = join(folder, 'benchmate.db.schema7.bak');
  if (process.platform !== 'win32') expect(statSync(copy).mode & 0o777).toBe(0o600);
  const kept = new Database(copy, { readonly: true });
  expect(oldRows(kept, original)).toEqual(rows);
  kept.close();
  openStore(join(folder, 'benchmate.db')).close();
  expect(readdirSync(folder).filter(name => name.endsWith('.bak'))).toEqual(['benchmate.db.schema7.bak']);
});

test(
  'E38 killed with -9 at any step of a migration, a database has the old schema or the new one',
  { timeout: 60_000 },
  async () => {
    for (const at of migrations.map(({ id }) => id).filter(id => id > 7)) {
      const file = join(folder, `${at}.db`);
      const db = new Database(file);
      db.exec(fixture);
      const rows = oldRows(db, db);
      db.close();
      const child = spawn(
        process.execPath,
        [fileURLToPath(new URL('./testing-migrate-until.ts', import.meta.url)), file, String(at)],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      await once(createInterface(child.stdout), 'line'); // it stands in the middle of the transaction
      child.kill('SIGKILL');
      await once(child, 'exit');
      const left = new Database(file);
      const original = new Database(':memory:');
      original.exec(fixture);
      expect(schemaOf(left)).toBe(7);
      expect(schemaText(left)).toEqual(schemaText(original));
      expect(oldRows(left, original)).toEqual(rows);
      migrate(left);
      expect(oldRows(left, original)).toEqual(rows);
      expect(left.pragma('integrity_check', { simple: true })).toBe('ok');
      left.close();
    }
  },
);

test('E10 data of a newer Benchmate is refused and left as it is', () => {
  const db = new Database(':memory:');
  db.pragma(`user_version = ${schemaVersion + 1}`);
  expect(() => migrate(db)).toThrow(/newer Benchmate/);
  expect(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0);
});
