import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { Sqlite } from './database.ts';
import type { Reads } from './reader.ts';
import type { ReadAnswer, ReadRequest } from './reader-pool.ts';

/** The life of a reader thread: answers one read after the other, each from one snapshot of the database. */
export function serveReads(createReads: (db: Sqlite) => Reads): void {
  const port = parentPort;
  if (!port) throw new Error('This program is a thread of the engine.');
  const db = new Database((workerData as { file: string }).file, { readonly: true, fileMustExist: true });
  db.pragma('busy_timeout = 5000');
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma('cache_size = -32000');
  const reads = createReads(db);
  const answer = ({ name, input }: ReadRequest): ReadAnswer => {
    try {
      const read = reads[name];
      if (!read) throw new Error(`There is no read '${name}'.`);
      return { result: db.transaction(() => read(input as never))() };
    } catch (error) {
      return { error: toErrorShape(error) };
    }
  };
  port.on('message', (request: ReadRequest) => {
    const given = answer(request);
    port.postMessage(given, 'result' in given ? buffersOf(given.result) : []);
  });
}

/** Bytes are handed over, not copied: at the top of a result or one level below. */
function buffersOf(result: unknown): ArrayBuffer[] {
  const candidates: unknown[] =
    typeof result === 'object' && result !== null && !ArrayBuffer.isView(result) ? Object.values(result) : [result];
  return candidates.flatMap(value =>
    value instanceof Uint8Array && value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength
      ? [value.buffer]
      : [],
  );
}
