import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../../storage/database.ts';
import { LogThread } from '../../storage/log-thread.ts';
import { openSecond } from '../../storage/second-connection.ts';
import { systemClock } from '../../host/clock.ts';
import { LogKeeper } from './log-keeper.ts';

const program = fileURLToPath(new URL('../../storage/log-worker.ts', import.meta.url));
const mebibyte = 2 ** 20;

let folder: string;
let file: string;
let store: Store;
let keeper: LogKeeper;
let failures: unknown[];
/** Called every five seconds by the clock of the test. */
let look: () => void;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmate-log-keeper-'));
  file = join(folder, 'benchmate.db');
  store = openStore(file, 'normal');
  store.db.exec('CREATE TABLE ballast (bytes BLOB)');
  failures = [];
  keeper = keep(program);
});
afterEach(async () => {
  await keeper.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const keep = (of: string) =>
  new LogKeeper({
    store,
    clock: { ...systemClock, after: (_ms, call) => ((look = call), () => {}) },
    thread: new LogThread({ program: of, file }),
    failed: error => failures.push(error),
  });

const logSize = () => statSync(`${file}-wal`).size;
const write = () => store.writeLogged(() => void store.db.exec(`INSERT INTO ballast VALUES (zeroblob(${mebibyte}))`));
const count = () => store.db.prepare('SELECT count(*) FROM ballast').pluck().get();
/** Writes until the log was begun anew. */
async function writeUntilRenewed(): Promise<void> {
  for (let before = -1; store.log!.state.pages > before;) {
    before = store.log!.state.pages;
    await write();
  }
}

test('a log that has grown is moved by a thread and begun anew, and stays below 64 MB however fast others write', async () => {
  for (let i = 0; i < 100; i++) {
    await write();
    expect(logSize()).toBeLessThan(64 * mebibyte);
  }
  expect([failures, count()]).toEqual([[], 100]);
  expect(store.db.pragma('wal_autocheckpoint', { simple: true })).toBe(0);
});

test('a reader who needs old pages lets it grow; after that it is begun anew', async () => {
  const reader = openSecond(file, { readonly: true });
  try {
    reader.exec('BEGIN');
    const seen = reader.prepare('SELECT count(*) FROM ballast').pluck();
    expect(seen.get()).toBe(0);
    for (let i = 0; i < 70; i++) await write();
    expect(logSize()).toBeGreaterThan(64 * mebibyte);
    expect(seen.get()).toBe(0);
  } finally {
    reader.close();
  }
  await writeUntilRenewed();
  expect(failures).toEqual([]);
  await keeper.renew();
  expect(store.log!.state.pages).toBeLessThanOrEqual(1);
});

test('nobody writes for half a minute: the log gives its space back', async () => {
  await write();
  for (let looks = 0; looks < 8; looks++) look();
  await expect.poll(logSize, { timeout: 10_000 }).toBe(0);
  await write();
  expect(count()).toBe(2);
});

test('without the thread SQLite moves the log itself, and so it does after an end', async () => {
  await keeper.close();
  keeper = keep(join(folder, 'nothing.mjs'));
  for (let i = 0; i < 44; i++) await write();
  await expect.poll(() => failures.length, { timeout: 10_000 }).toBe(1);
  expect(store.db.pragma('wal_autocheckpoint', { simple: true })).toBe(1000);
  await write();
  await writeUntilRenewed();
  await keeper.close();
  expect(store.db.pragma('wal_autocheckpoint', { simple: true })).toBe(1000);
});
