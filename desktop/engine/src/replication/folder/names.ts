import { createHash } from 'node:crypto';

/**
 * Names in a shared folder: `benchmate-<team>/<device>/<first>-<last>.bundle`. Team and device are digests in lower case:
 * keys differ in nothing but case at times, and some file systems do not.
 */
export const teamFolderName = (teamId: string): string => `benchmate-${digest(teamId)}`;
export const deviceFolderName = (device: string): string => digest(device);

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** What a file is called says which numbers of its device's files it holds. */
export interface Numbers {
  first: number;
  last: number;
}

export const fileName = ({ first, last }: Numbers): string => `${padded(first)}-${padded(last)}.bundle`;

const padded = (number: number) => String(number).padStart(8, '0');

/** `exact`: named as its device named it; else a copy that somebody's sync tool made, as `… (conflicted copy).bundle`. */
export function parseFileName(name: string): (Numbers & { exact: boolean }) | null {
  const match = /^(\d{8})-(\d{8})(.{0,120})\.bundle$/.exec(name);
  if (!match) return null;
  const [first, last] = [Number(match[1]), Number(match[2])];
  return first >= 1 && last >= first ? { first, last, exact: match[3] === '' } : null;
}

/** Of a name as listings have it, `<device>/<file>`; null for copies and for what is no file of a device. */
export function numbersOf(name: string): Numbers | null {
  const parsed = parseFileName(name.slice(name.indexOf('/') + 1));
  return parsed?.exact ? parsed : null;
}

/** Whether the numbers are all in files of `others`. */
export function isHeldBy({ first, last }: Numbers, others: readonly Numbers[]): boolean {
  let next = first;
  for (const other of others.toSorted((a, b) => a.first - b.first)) {
    if (other.first > next) break;
    next = Math.max(next, other.last + 1);
  }
  return next > last;
}

const fanIn = 16;

/**
 * The files of one device that should become one, in order; null when there are few. Sixteen of one size make one of the next size,
 * so that each byte is written again once per size: `16^n` files cost `n` rewrites.
 */
export function toGather<T extends Numbers>(files: readonly T[]): T[] | null {
  let group: T[] = [];
  let size = -1;
  for (const file of files.toSorted((a, b) => a.first - b.first)) {
    if (sizeOf(file) !== size) group = [];
    size = sizeOf(file);
    group.push(file);
    if (group.length === fanIn) return group;
  }
  return null;
}

const sizeOf = ({ first, last }: Numbers) => Math.floor(Math.log(last - first + 1) / Math.log(fanIn) + 1e-9);
