import type { Storage } from './ports.ts';
import { PostgresPool } from './postgres-pool.ts';
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
  const pool = new PostgresPool(url, { connections: 1 });
  try {
    await pool.change(`DROP SCHEMA IF EXISTS ${aside} CASCADE`);
    await pool.change(`CREATE SCHEMA ${aside}`);
    const storage = await PostgresStorage.open(url, aside);
    const result = await filled(storage, fill);
    await pool.transaction(async tx => {
      const tables = await tx.rows<{ name: string; home: string }>(
        'SELECT quote_ident(tablename) AS name, quote_ident(current_schema()) AS home FROM pg_tables WHERE schemaname = $1',
        [aside],
      );
      for (const { name, home } of tables) await tx.change(`DROP TABLE IF EXISTS ${home}.${name} CASCADE`);
      for (const { name, home } of tables) await tx.change(`ALTER TABLE ${aside}.${name} SET SCHEMA ${home}`);
      await tx.change(`DROP SCHEMA ${aside}`);
    });
    return result;
  } finally {
    await pool.end();
  }
}

async function filled<T>(storage: Storage, fill: (storage: Storage) => Promise<T>): Promise<T> {
  try {
    return await fill(storage);
  } finally {
    await storage.close();
  }
}
