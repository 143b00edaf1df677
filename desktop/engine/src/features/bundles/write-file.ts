import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { pipeline as pipeThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Lock } from './lock.ts';

export interface BundleTarget {
  file: string;
  replace: boolean;
  /** Null writes it readable for whoever has it. */
  lock: Lock | null;
  /** Whom the file system lets read it, as POSIX has it. */
  mode: number;
  signal: AbortSignal;
}

/**
 * Packs lines into a file, which appears under its name when it is whole and on the disk (U7). Answers its size in bytes. In a
 * folder that others write to, a link of theirs is not followed.
 */
export async function writeBundleFile(lines: AsyncIterable<string>, target: BundleTarget): Promise<number> {
  const { file, replace, lock, mode, signal } = target;
  if (!isAbsolute(file))
    throw new BenchmateError('BAD_REQUEST', `${file} is no absolute path.`, 'Name the whole path.');
  if (existsSync(file) && !replace)
    throw new BenchmateError(
      'ALREADY_EXISTS',
      `There is a file ${file} already.`,
      'Choose another name, or --replace it.',
    );
  const partial = `${file}.partial`;
  await rm(partial, { force: true }); // of a writer that was killed
  try {
    const packed = createGzip();
    pipeThrough(Readable.from(lines), packed, () => {}); // whoever reads `packed` hears of the error
    const content = lock === null ? packed : await encrypted(packed, lock);
    await pipeline(content, createWriteStream(partial, { mode, flush: true, flags: 'wx' }), { signal });
    await rename(partial, file);
    return (await stat(file)).size;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function encrypted(packed: Readable, lock: Lock): Promise<Readable> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.addRecipient(await lock.recipient());
  return Readable.from(await encrypter.encrypt(bytesOf(packed)));
}

const bytesOf = (stream: Readable) => Readable.toWeb(stream) as ReadableStream<Uint8Array>;
