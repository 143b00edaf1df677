import postgres from 'postgres';
import type { Storage } from './ports.ts';
import { PostgresStorage } from './postgres.ts';

const aside = 'benchmate_restoring';

/**
 * Lets `fill` write into a schema of its own, and puts that in the place of the database's in one transaction: until then nothing
 * is there. `check` is given what is there before.
 */
export async function intoEmptyPostgres<T>(
  url: string,
  fill: (storage: Storage) => Promise<T>,
  check: (storage: Storage, place: string) => Promise<void>,
): Promise<T> {
  const before = await PostgresStorage.open(url);
  try {
    await check(before, 'this database');
  } finally {
    await before.close();
  }
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`DROP SCHEMA IF EXISTS ${sql(aside)} CASCADE`;
    await sql`CREATE SCHEMA ${sql(aside)}`;
    const storage = await PostgresStorage.open(url, aside);
    const result = await filled(storage, fill);
    await sql.begin(async tx => {
      const tables = await tx<{ name: string }[]>`SELECT tablename AS name FROM pg_tables WHERE schemaname = ${aside}`;
      const [{ home }] = (await tx`SELECT current_schema() AS home`) as unknown as [{ home: string }];
      for (const { name } of tables) await tx`DROP TABLE IF EXISTS ${tx(home)}.${tx(name)} CASCADE`;
      for (const { name } of tables) await tx`ALTER TABLE ${tx(aside)}.${tx(name)} SET SCHEMA ${tx(home)}`;
      await tx`DROP SCHEMA ${tx(aside)}`;
    });
    return result;
  } finally {
    await sql.end({ timeout: 2 });
  }
}

async function filled<T>(storage: Storage, fill: (storage: Storage) => Promise<T>): Promise<T> {
  try {
    return await fill(storage);
  } finally {
    await storage.close();
  }
}
