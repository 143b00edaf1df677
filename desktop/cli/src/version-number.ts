import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** `9` or `v9`. */
export function versionNumber(text: string | string[] | undefined): number {
  const version = Number(String(text).replace(/^v/i, ''));
  if (Number.isInteger(version) && version > 0) return version;
  throw new BenchmateError('BAD_REQUEST', `'${String(text)}' is no version.`, 'Versions are 1, 2, 3 …');
}
