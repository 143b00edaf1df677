import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { SyncedLog } from '@benchmate/shared/node/acknowledgements';
import { GroupCommit, type Durability } from '@benchmate/shared/node/group-commit';
import { openStore } from './database.ts';

/** A disk that takes its time: a sync ends when the test says so, and how. */
class SlowLog implements SyncedLog {
  /** How many rows the table had as each sync began: what it makes durable. */
  readonly covered: number[] = [];
  mended = 0;
  readonly #syncs: { resolve: () => void; reject: (error: Error) => void }[] = [];
  readonly #rows: () => number;
  mendsWith: Error | null = null;

  constructor(rows: () => number) {
    this.#rows = rows;
  }

  sync(): Promise<void> {
    this.covered.push(this.#rows());
    return new Promise((resolve, reject) => this.#syncs.push({ resolve, reject }));
  }

  syncNow(): void {
    this.covered.push(this.#rows());
  }

  async mend(): Promise<void> {
    this.mended++;
    if (this.mendsWith) throw this.mendsWith;
  }

  begun(): void {}

  committed(): void {}

  async end(error?: Error): Promise<void> {
    const sync = this.#syncs.shift()!;
    if (error) sync.reject(error);
    else sync.resolve();
    await turn();
  }
}

const oneTurn = () => new Promise(resolve => setImmediate(resolve));
/** Two: on a busy machine a commit comes in the turn after the next. */
const turn = async () => void (await oneTurn(), await oneTurn());
const failed = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });

let db: Database.Database;
let log: SlowLog;
let commits: GroupCommit;
/** What was settled, in order. */
let settled: string[];

beforeEach(() => {
  db = new Database(':memory:');
  db.exec('CREATE TABLE t (name TEXT)');
  const count = db.prepare<[], number>('SELECT count(*) FROM t').pluck();
  log = new SlowLog(() => count.get()!);
  commits = new GroupCommit(db, () => new BenchmateError('ENGINE_UNAVAILABLE', 'closed', ''), log);
  settled = [];
});
afterEach(() => void db.close());

async function write(name: string, least: Durability = 'full'): Promise<void> {
  const insert = () => void db.prepare('INSERT INTO t VALUES (?)').run(name);
  commits.write(insert, least).then(
    () => settled.push(name),
    (error: Error) => settled.push(`${name}: ${error.message.split(':')[0]}`),
  );
  await turn();
}
const stored = () => db.prepare('SELECT name FROM t').pluck().all();

test('what must be durable is acknowledged after a sync that began after its commit; who comes meanwhile shares the next commit', async () => {
  await write('a');
  await write('b');
  await write('c');
  expect([settled, stored(), log.covered]).toEqual([[], ['a'], [1]]);
  await log.end();
  expect(settled).toEqual(['a']);
  await expect.poll(() => log.covered).toEqual([1, 3]);
  expect(settled).toEqual(['a']);
  await log.end();
  expect([settled, log.covered]).toEqual([
    ['a', 'b', 'c'],
    [1, 3],
  ]);
});

test('what may be lost with the power waits for no sync, unless it shares its commit with something that must not', async () => {
  await write('logged', 'normal');
  expect(settled).toEqual(['logged']);
  expect(log.covered).toEqual([]);
  void write('with a full one', 'normal');
  await write('full');
  await write('later', 'normal');
  await write('full too');
  await write('pushes', 'normal');
  expect([settled, stored()]).toEqual([
    ['logged', 'later'],
    ['logged', 'with a full one', 'full', 'later', 'full too', 'pushes'],
  ]);
  await log.end();
  expect(settled.slice(2)).toEqual(['with a full one', 'full']);
  await log.end();
  expect([settled.slice(4), log.covered]).toEqual([
    ['full too', 'pushes'],
    [3, 6],
  ]);
});

test('a failed sync refuses all that waits for one; nothing is committed before the log is mended', async () => {
  await write('a');
  await write('b');
  await write('logged', 'normal');
  log.mendsWith = failed;
  await log.end(failed);
  expect([settled, stored()]).toEqual([
    ['a: EIO', 'b: EIO', 'logged: EIO'],
    ['a', 'b', 'logged'],
  ]);
  await write('c');
  await write('logged too', 'normal');
  await expect.poll(() => settled.slice(3)).toEqual(['c: EIO', 'logged too: EIO']);
  expect(stored()).toHaveLength(3);
  log.mendsWith = null;
  await write('d');
  await expect.poll(stored).toEqual(['a', 'b', 'logged', 'd']);
  expect(settled).toHaveLength(5);
  await log.end();
  expect(settled.at(-1)).toBe('d');
});

test('what cannot even begin is refused, all of it', async () => {
  db.exec('BEGIN');
  await write('a');
  await write('b', 'normal');
  expect(settled).toEqual(['a: cannot start a transaction within a transaction', 'b']);
});

test('an end waits for the last sync, or makes one', async () => {
  await write('a');
  const ended = commits.settled().then(() => settled.push('ended'));
  await turn();
  expect(settled).toEqual([]);
  await log.end();
  await ended;
  expect(settled).toEqual(['a', 'ended']);
  await write('b', 'normal');
  await write('c');
  await expect.poll(() => log.covered).toEqual([1, 3]);
  await write('d');
  commits.close();
  await write('e');
  expect([settled.slice(2), log.covered]).toEqual([
    ['b', 'c', 'd', 'e: closed'],
    [1, 3, 4],
  ]);
});

test('a group that holds much ends, and the next begins in another turn', async () => {
  const sizes: number[] = [];
  let size = 0;
  const write = () => {
    sizes.push(size);
    size = 0;
  };
  const gathered = {
    write,
    drop: write,
    get isMuch() {
      return size >= 3;
    },
  };
  await Promise.all(Array.from({ length: 8 }, () => commits.write(() => void size++, 'normal', gathered)));
  expect(sizes).toEqual([3, 3, 2]);
});

test('two may hold commits back at once', async () => {
  const [first, second] = [commits.hold(), commits.hold()];
  await write('a', 'normal');
  first();
  await turn();
  expect(settled).toEqual([]);
  second();
  await turn();
  expect(settled).toEqual(['a']);
});

test('the log of a real database is synced in place, also after it was emptied, and leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'benchmate-durability-'));
  const file = join(folder, 'a.db');
  const store = openStore(file);
  try {
    const insert = (id: string) =>
      store.write(() => void store.db.prepare('INSERT INTO project VALUES (?, ?, 0)').run(id, id));
    await insert('one');
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
    store.db.pragma('wal_checkpoint(TRUNCATE)');
    expect([statSync(`${file}-wal`).size, store.log!.state]).toEqual([0, { pages: 0, moved: 0 }]);
    await insert('two');
    expect(store.log!.state.pages).toBeGreaterThan(0);
    await store.log!.mend();
    expect(store.log!.state.pages).toBe(store.log!.state.moved);
    await Promise.all([insert('three'), store.settled()]);
    store.close();
    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the file of the log is longer than the log of synced commits, also of one that was emptied; whatever a crash leaves of it is whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'benchmate-durability-'));
  const [file, copy] = [join(folder, 'a.db'), join(folder, 'copy.db')];
  const store = openStore(file);
  const log = store.log!;
  try {
    log.moveBy({ grew: () => {}, renew: async () => false });
    const names: string[] = [];
    const insert = (name: string) => {
      names.push(name);
      return store.write(() => void store.db.prepare('INSERT INTO project VALUES (?, ?, 0)').run(name, name));
    };
    for (const round of ['new', 'emptied', 'begun anew']) {
      for (let i = 0; i < 24; i++) await insert(`${round} ${i}`);
      expect(statSync(`${file}-wal`).size, round).toBeGreaterThan(log.state.pages * 4120 + 32 + 100_000);
      for (const end of ['', '-wal']) copyFileSync(file + end, copy + end);
      const left = openStore(copy);
      expect(left.db.prepare('SELECT project_id FROM project ORDER BY rowid').pluck().all()).toEqual(names);
      expect(left.db.pragma('integrity_check', { simple: true })).toBe('ok');
      left.close();
      store.db.pragma(round === 'new' ? 'wal_checkpoint(TRUNCATE)' : 'wal_checkpoint(RESTART)');
    }
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
