import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Storage } from '../storage/ports.ts';
import { archiveLines } from './write.ts';

/** An archive as the bytes of its file. A failure of the storage destroys the stream. */
export function packedArchive(storage: Storage, madeAt: Date): Readable {
  const gzip = createGzip({ level: 5 });
  const lines = Readable.from(archiveLines(storage, madeAt));
  lines.on('error', error => gzip.destroy(error));
  gzip.on('close', () => lines.destroy());
  return lines.pipe(gzip);
}
