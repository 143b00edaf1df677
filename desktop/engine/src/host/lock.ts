import { join } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { lockFile, type FileLock } from '../storage/file-lock.ts';
import { readEndpoint } from './endpoint-file.ts';

/** Makes this process the only engine on a data directory. Throws DATA_DIR_IN_USE naming the other one. */
export function lockDataDir(dataDir: string): FileLock {
  const lock = lockFile(join(dataDir, 'engine.lock'));
  if (lock) return lock;
  const other = readEndpoint(dataDir);
  const who = other?.pid ? `process ${other.pid} at ${other.url}` : 'another process that is just starting';
  throw new BenchmateError(
    'DATA_DIR_IN_USE',
    `An engine already works on ${dataDir}: ${who}.`,
    'Use that one, stop it with `benchmate engine stop`, or choose another folder with --data-dir.',
  );
}
