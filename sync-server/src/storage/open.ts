import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Storage } from './ports.ts';
import { PostgresStorage } from './postgres.ts';
import { SqliteThread } from './sqlite-thread.ts';

export interface StorageChoice {
  dataDir?: string;
  database?: string;
  redis?: string;
  maxStorageBytes?: number;
}

/** The storage that the options name: the database, where there is one. Throws BAD_REQUEST and what opening it throws. */
export async function openStorage({ dataDir, database, redis, maxStorageBytes }: StorageChoice): Promise<Storage> {
  if (redis && !database)
    throw new BenchmateError('BAD_REQUEST', 'Several processes need a database in common.', 'Name it, too.');
  if (database) return PostgresStorage.open(database);
  if (dataDir) return SqliteThread.open(dataDir, maxStorageBytes);
  throw new BenchmateError('BAD_REQUEST', 'A data directory is needed.', 'Name it with --data-dir.');
}
