import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from './database.ts';

const normal = 1;
const full = 2;

let folder: string;
let store: Store;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'benchmate-durability-'))));
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** SQLite's own word, read inside the transaction whose commit it decides. */
const synchronous = () => store.db.pragma('synchronous', { simple: true });
const open = (durability?: 'full' | 'normal') => (store = openStore(join(folder, 'a.db'), durability));

test('every commit is synced before it is acknowledged, unless the engine was told otherwise', async () => {
  open();
  expect(await store.write(synchronous)).toBe(full);
  expect(await store.writeLogged(synchronous)).toBe(full);
});

test('`normal` is for what scripts log: all else stays synced, before and after', async () => {
  open('normal');
  expect(await store.writeLogged(synchronous)).toBe(normal);
  expect(await store.write(synchronous)).toBe(full);
  expect(await store.writeLogged(synchronous)).toBe(normal);
});

test('a logged value that shares its commit with something that must be synced is synced with it', async () => {
  open('normal');
  expect(await Promise.all([store.writeLogged(synchronous), store.write(synchronous)])).toEqual([full, full]);
});
