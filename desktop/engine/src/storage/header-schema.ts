import { closeSync, openSync, readSync } from 'node:fs';

/**
 * `user_version` as the header of a database file says (sqlite.org/fileformat2.html, offset 60): the log may hold a newer
 * one. Null without a whole header. Much cheaper than to open the database.
 */
export function headerSchema(file: string): number | null {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return null;
  }
  try {
    const header = Buffer.alloc(100);
    return readSync(handle, header, 0, 100, 0) === 100 ? header.readUInt32BE(60) : null;
  } finally {
    closeSync(handle);
  }
}
