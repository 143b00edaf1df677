import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** A file of the zip: from a file, as a text, or as pieces that are made when their turn has come. */
export type ZipPart =
  | { path: string; file: string }
  | { path: string; text: () => string }
  | { path: string; pieces: () => AsyncIterable<string> };

export function refuseExisting(file: string, replace: boolean): void {
  if (replace || !existsSync(file)) return;
  throw new BenchmateError(
    'ALREADY_EXISTS',
    `There is a file ${file} already.`,
    'Choose another name, or --replace it.',
  );
}

/** Writes a zip that appears under its name when it is whole and on the disk, readable by its owner alone. Answers its size in bytes. */
export async function writeZip(
  target: { file: string; signal: AbortSignal },
  parts: readonly ZipPart[],
): Promise<number> {
  const { file, signal } = target;
  const partial = `${file}.partial`;
  const zip = new ZipFile();
  for (const part of parts) add(zip, part);
  zip.end();
  try {
    const output = zip.outputStream as Readable;
    (zip as unknown as NodeJS.EventEmitter).on('error', (error: Error) => output.destroy(error));
    await pipeline(output, createWriteStream(partial, { mode: 0o600, flush: true }), { signal });
    await rename(partial, file);
    return (await stat(file)).size;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function add(zip: ZipFile, part: ZipPart): void {
  const { path } = part;
  if ('file' in part) return zip.addFile(part.file, path);
  const pieces = 'pieces' in part ? part.pieces : () => [part.text()];
  zip.addReadStreamLazy(path, {}, ready => ready(null, Readable.from(pieces())));
}
