import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Option } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { option } from './command.ts';

export interface BodyOptions {
  body?: string;
  file?: string;
}

export const bodyOptions = (): Option[] => [
  option('--body <markdown>', 'its text'),
  option('--file <path>', 'read the text from a file; `-`: from stdin'),
];

/** Text that was given in either way; null when none was. */
export async function readBody({ body, file }: BodyOptions): Promise<string | null> {
  if (body !== undefined) return body;
  if (file === undefined) return null;
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new BenchmateError('NOT_FOUND', `${file} cannot be read: ${(error as Error).message}.`, 'Check the path.');
  }
}
