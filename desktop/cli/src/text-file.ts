import { readFile, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

interface Reading {
  /** A file that a repository brought along is not read from behind a link that leads out of this folder. */
  within?: string | undefined;
  /** For a reader that says itself what is wrong with the text. */
  anyBytes?: boolean;
}

/**
 * What a file of a project says; null when nothing is there. Git may have left something else in its place: a folder, links that lead in
 * a circle or away, a binary file. BAD_REQUEST or FORBIDDEN says which, and nothing was changed.
 */
export async function readTextFile(file: string, { within, anyBytes }: Reading = {}): Promise<string | null> {
  let bytes: Buffer;
  try {
    const real = await realpath(file);
    if (within !== undefined && !real.startsWith((await realpath(within)) + sep))
      throw new BenchmateError(
        'FORBIDDEN',
        `${file} is a link that leads out of the project: it is not read.`,
        'Put the file itself there.',
      );
    bytes = await readFile(real);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'EISDIR') throw unreadable(`${file} is a folder, and no file.`, 'Name a file in it.');
    if (code === 'ELOOP') throw unreadable(`${file} is a link that leads in a circle.`, 'Put the file itself there.');
    throw error;
  }
  if (anyBytes) return bytes.toString('utf8');
  const text = textOf(bytes);
  if (text !== null) return text;
  throw unreadable(
    `${file} is a binary file, or text in another encoding than UTF-8; nothing was changed.`,
    'Bring its text back with git, or save it as UTF-8.',
  );
}

/** Null for what is no UTF-8 text. A mark of its byte order stays. */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const unreadable = (what: string, todo: string) => new BenchmateError('BAD_REQUEST', what, todo);
