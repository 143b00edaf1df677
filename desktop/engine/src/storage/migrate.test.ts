import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate, schemaVersion } from './migrate.ts';
import { migrations } from './migrations/index.ts';

test('migrations are numbered 1, 2, 3 … in order: a gap would be skipped by whoever is past it', () => {
  expect(migrations.map(({ id }) => id)).toEqual(migrations.map((_, index) => index + 1));
});

test('every step applies after every earlier one, and again changes nothing', () => {
  const db = new Database(':memory:');
  migrate(db);
  const before = db.prepare('SELECT sql FROM sqlite_schema ORDER BY name').pluck().all();
  migrate(db);
  expect(db.prepare('SELECT sql FROM sqlite_schema ORDER BY name').pluck().all()).toEqual(before);
  expect(db.pragma('user_version', { simple: true })).toBe(schemaVersion);
});

test('data of a newer Benchmate is refused and left as it is', () => {
  const db = new Database(':memory:');
  db.pragma(`user_version = ${schemaVersion + 1}`);
  expect(() => migrate(db)).toThrow(/newer Benchmate/);
  expect(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0);
});
