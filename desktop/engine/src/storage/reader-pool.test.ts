import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from './database.ts';
import { ReaderPool } from './reader-pool.ts';

/** What the thread of these tests can read. */
interface TestReads {
  [name: string]: (input: never) => unknown;
  count: (input: null) => number;
  bytes: (input: number) => { bytes: Uint8Array };
  sleep: (input: number) => string;
  fail: (input: string) => never;
  crash: (input: null) => never;
}

const program = `
  import { serveReads } from ${JSON.stringify(new URL('./reader-thread.ts', import.meta.url).href)};
  import { BenchmateError } from ${JSON.stringify(import.meta.resolve('@benchmate/shared/errors/benchmate-error'))};
  serveReads(db => ({
    count: () => db.prepare('SELECT count(*) FROM project').pluck().get(),
    bytes: length => ({ bytes: new Uint8Array(length).fill(7) }),
    sleep: ms => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms); return 'slept'; },
    fail: code => { throw new BenchmateError(code, 'It failed.', 'Do something.'); },
    write: () => db.exec('DELETE FROM project'),
    crash: () => process.exit(3),
  }));
`;

let dir: string;
let store: Store;
let pool: ReaderPool<TestReads>;
const open = (options: { timeoutMs?: number; idleMs?: number; threads?: number } = {}) =>
  (pool = new ReaderPool<TestReads>({ program: join(dir, 'program.mjs'), file: join(dir, 'test.db'), ...options }));
const add = (id: number) =>
  store.write(() => void store.db.prepare('INSERT INTO project VALUES (?, ?, 0)').run(`p${id}`, `d${id}`));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-readers-'));
  writeFileSync(join(dir, 'program.mjs'), program);
  store = openStore(join(dir, 'test.db'));
});
afterEach(async () => {
  await pool.close();
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('reader threads', () => {
  test('see every commit that was acknowledged before they were asked', async () => {
    open();
    for (let id = 1; id <= 50; id++) {
      await add(id);
      expect(await pool.read('count', null)).toBe(id);
    }
  });

  test('hand bytes over, and answer more questions than there are threads', async () => {
    open({ threads: 2 });
    const answers = await Promise.all(Array.from({ length: 9 }, (_, index) => pool.read('bytes', index * 1000)));
    expect(answers.map(({ bytes }) => bytes.length)).toEqual(answers.map((_, index) => index * 1000));
    expect(answers[8]?.bytes.every(byte => byte === 7)).toBe(true);
  });

  test('refuse with the coded error of the read, and cannot write', async () => {
    open();
    await expect(pool.read('fail', 'NOT_FOUND')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'It failed.',
      nextStep: 'Do something.',
    });
    await expect(pool.read('write' as 'count', null)).rejects.toMatchObject({
      message: expect.stringMatching(/readonly/) as string,
    });
    await expect(pool.read('unknown' as 'count', null)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await pool.read('count', null)).toBe(0);
  });

  test('that die or take too long refuse what they were asked, and others take their place', async () => {
    open({ threads: 1, timeoutMs: 3000 });
    const crashed = pool.read('crash', null);
    const after = pool.read('count', null);
    await expect(crashed).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(await after).toBe(0);
    await expect(pool.read('sleep', 60_000)).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(await pool.read('count', null)).toBe(0);
  });

  test('end when they are idle and start again; closing refuses what is asked and what comes', async () => {
    open({ idleMs: 1 });
    expect(await pool.read('count', null)).toBe(0);
    await expect.poll(() => pool.size).toBe(0);
    expect(await pool.read('count', null)).toBe(0);
    const asked = pool.read('sleep', 200).catch((error: unknown) => error);
    await pool.close();
    expect(await asked).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await expect(pool.read('count', null)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});
