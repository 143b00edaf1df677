import Database from 'better-sqlite3';
import type { Sqlite } from './database.ts';

/** Another connection to the engine's database, for a thread that works beside the one that writes. */
export function openSecond(file: string, { readonly }: { readonly: boolean }): Sqlite {
  const db = new Database(file, { readonly, fileMustExist: true });
  db.pragma('busy_timeout = 5000');
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma('mmap_size = 0');
  return db;
}
