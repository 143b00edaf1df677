import postgres from 'postgres';
import { afterAll, describe, expect, it } from 'vitest';
import { blobIndexContract } from '../../sync-server/src/blobs/index-contract.ts';
import { storageContract } from '../../sync-server/src/storage/contract.ts';
import { PostgresStorage } from '../../sync-server/src/storage/postgres.ts';
import { openPostgres } from '../support/services.ts';
import { until } from '../support/until.ts';

const database = await openPostgres();
afterAll(() => database?.remove());

let made = 0;
const address = () => database!.url.replace(/\/postgres$/, `/bench_${made}`);

async function empty(): Promise<PostgresStorage> {
  const sql = postgres(database!.url, { max: 1 });
  await sql.unsafe(`CREATE DATABASE bench_${++made}`);
  await sql.end();
  return PostgresStorage.open(address());
}

// Where PostgreSQL is missing: apt-get install postgresql, or put its programs on PATH.
describe.skipIf(!database)('PostgreSQL', () => {
  storageContract(empty, async storage => {
    await storage.close();
    return PostgresStorage.open(address());
  });
  blobIndexContract(empty);

  it('numbers the updates of several processes without gaps, in the order of their commits', async () => {
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

  it('that is killed and comes back loses nothing acknowledged, and the storage goes on by itself', async () => {
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

  it('that does not let us in is told without the password', async () => {
    const wrong = database!.url.replace('bench@', 'nobody:hunter2@').replace('/postgres', '/nothing');
    const error = await PostgresStorage.open(wrong).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'FORBIDDEN' });
    expect(String(error)).not.toContain('hunter2');
  });
});
