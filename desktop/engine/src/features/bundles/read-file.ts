import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { nobodyOpens, type Lock } from './lock.ts';

/** A document may have 50 MB; in a line it is a third longer. */
const longestLine = 80 * 2 ** 20;
const ageBegins = 'age-encryption.org/v1\n';

/** A file that may be read more than once. */
export interface BundleSource {
  file: string;
  /** Null where no passphrase was given. */
  lock: Lock | null;
  signal: AbortSignal;
}

/**
 * The lines of a bundle, each with its end, unpacked while they are read. Throws BAD_REQUEST for what is none, and
 * UNAUTHENTICATED where a passphrase is needed.
 */
export async function* readBundleFile({ file, lock, signal }: BundleSource): AsyncGenerator<Buffer> {
  if (!isAbsolute(file))
    throw new BenchmateError('BAD_REQUEST', `${file} is no absolute path.`, 'Name the whole path.');
  const isEncrypted = (await beginning(file)) === ageBegins;
  if (isEncrypted && lock === null)
    throw new BenchmateError('UNAUTHENTICATED', `${file} is encrypted.`, 'Give the passphrase that it was made with.');
  const stored = createReadStream(file, { signal });
  try {
    const packed = isEncrypted ? await decrypted(stored, lock!, file) : stored;
    const unpacked = createGunzip();
    pipeline(packed, unpacked, () => {}); // whoever reads `unpacked` hears of the error
    yield* linesOf(unpacked);
  } catch (error) {
    if (error instanceof BenchmateError || (error as Error).name === 'AbortError') throw error;
    throw damaged(file, error);
  } finally {
    stored.destroy();
  }
}

export const damaged = (file: string, cause?: unknown): BenchmateError =>
  new BenchmateError(
    'BAD_REQUEST',
    `${file} is no whole bundle: it is cut off, damaged, or something else. Nothing was taken from it.`,
    'Copy it again from where it was made.',
    { cause },
  );

async function beginning(file: string): Promise<string> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new BenchmateError('NOT_FOUND', `There is no file ${file}.`, 'Look at its name.');
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(ageBegins.length));
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function decrypted(stored: Readable, lock: Lock, file: string): Promise<Readable> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addIdentity(await lock.identity());
  decrypter.addIdentity(nobodyOpens(file));
  return Readable.from(await decrypter.decrypt(Readable.toWeb(stored) as ReadableStream<Uint8Array>));
}

async function* linesOf(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of content) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, end + 1)]);
      parts = [];
      length = 0;
      from = end + 1;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > longestLine) throw new Error('a line is too long');
  }
  if (length > 0) throw new Error('the last line has no end');
}
