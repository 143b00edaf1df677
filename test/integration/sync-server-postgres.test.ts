import { afterAll, describe, expect, it } from 'vitest';
import { blobIndexContract } from '../../sync-server/src/blobs/index-contract.ts';
import { storageContract } from '../../sync-server/src/storage/contract.ts';
import { PostgresPool } from '../../sync-server/src/storage/postgres-pool.ts';
import { migratePostgres } from '../../sync-server/src/storage/postgres-schema.ts';
import { PostgresStorage } from '../../sync-server/src/storage/postgres.ts';
import { openPostgres } from '../support/services.ts';
import { until } from '../support/until.ts';

const database = await openPostgres();
afterAll(() => database?.remove());

let made = 0;
const address = () => database!.url.replace(/\/postgres$/, `/bench_${made}`);

async function empty(): Promise<PostgresStorage> {
  const pool = new PostgresPool(database!.url, { connections: 1 });
  await pool.change(`CREATE DATABASE bench_${++made}`);
  await pool.end();
  return PostgresStorage.open(address());
}

// Where PostgreSQL is missing: apt-get install postgresql, or put its programs on PATH.
describe.skipIf(!database)('PostgreSQL', () => {
  storageContract(empty, async storage => {
    await storage.close();
    return PostgresStorage.open(address());
  });
  blobIndexContract(empty);

  it('SY3 numbers the updates of several processes without gaps, in the order of their commits', async () => {
    const stores = [await empty(), await PostgresStorage.open(address()), await PostgresStorage.open(address())];
    const numbers = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        stores[index % 3]!.documents.append(`room-${(index >> 2) % 2}`, new Uint8Array([index % 256])),
      ),
    );
    for (const room of [0, 1]) {
      const own = numbers.filter((_, index) => (index >> 2) % 2 === room).toSorted((a, b) => a - b);
      expect(own).toEqual(own.map((_, index) => index + 1));
    }
    await Promise.all(stores.map(store => store.close()));
  });

  it('SY19 that is killed and comes back loses nothing acknowledged, and the storage goes on by itself', async () => {
    const storage = await empty();
    let acknowledged = 0;
    for (; acknowledged < 20; acknowledged++) await storage.documents.append('room', new Uint8Array([acknowledged]));
    await database!.kill();
    await expect(storage.documents.append('room', new Uint8Array([99]))).rejects.toMatchObject({ code: 'OFFLINE' });
    expect(storage.failure).not.toBeNull();
    await database!.start();
    const read = await until(() => storage.documents.read('room'), 30_000);
    expect(read.parts.map(([byte]) => byte)).toEqual(Array.from({ length: acknowledged }, (_, index) => index));
    expect(storage.failure).toBeNull();
    await storage.close();
  });

  it('that ends connections at any moment refuses what was under way, and no more', async () => {
    const storage = await empty();
    const pool = new PostgresPool(address(), { connections: 1 });
    const known = new Set<number>();
    let next = 0;
    const append = async () => {
      const byte = next++ % 256;
      const number = await storage.documents.append('room', new Uint8Array([byte]));
      known.add(number);
    };
    for (let round = 0; round < 60; round++) {
      const { documents } = storage;
      const work = Promise.allSettled([append(), append(), documents.read('room'), documents.heads(['room'])]);
      if (round % 3 > 0) await new Promise(resolve => setTimeout(resolve, round % 5));
      await pool.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                       WHERE datname = current_database() AND pid <> pg_backend_pid()`);
      await work;
      await until(() => append().then(() => true));
    }
    const { last, updates } = await storage.documents.read('room');
    expect(updates).toBe(last);
    expect(known.size).toBeGreaterThanOrEqual(60);
    expect(Math.max(...known)).toBe(last);
    await pool.end();
    await storage.close();
  });

  it('is as it was after a migration that was killed in the middle, and then goes on from the step before', async () => {
    await (await empty()).close();
    const pool = new PostgresPool(address(), { connections: 1 });
    await pool.change('DROP SCHEMA public CASCADE');
    await pool.change('CREATE SCHEMA public');
    await migratePostgres(pool, 1);
    await pool.change("INSERT INTO document (name, last) VALUES ('room', 1)");
    await pool.change('INSERT INTO updates VALUES (1, 1, $1)', [Buffer.from([10])]);
    await pool.change(`
      CREATE FUNCTION wait() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); END';
      CREATE EVENT TRIGGER waits ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION wait()`);
    const server = PostgresStorage.open(address());
    const stuck = await until(async () => {
      const [row] = await pool.rows<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
      return row;
    });
    await pool.rows('SELECT pg_terminate_backend($1)', [stuck.pid]);
    await expect(server).rejects.toMatchObject({ code: 'OFFLINE' });
    expect(await pool.rows('SELECT steps FROM benchmate_schema')).toEqual([{ steps: 1 }]);
    expect(await pool.rows("SELECT 1 FROM pg_tables WHERE tablename = 'blob'")).toHaveLength(0);
    await pool.change('DROP EVENT TRIGGER waits');
    await pool.end();
    const storage = await PostgresStorage.open(address());
    expect((await storage.documents.read('room')).parts.map(([byte]) => byte)).toEqual([10]);
    expect(await storage.blocked.all()).toEqual([]);
    await storage.close();
  });

  it('that does not let us in is told without the password', async () => {
    const wrong = database!.url.replace('bench@', 'nobody:hunter2@').replace('/postgres', '/nothing');
    const error = await PostgresStorage.open(wrong).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'FORBIDDEN' });
    expect(String(error)).not.toContain('hunter2');
  });
});
