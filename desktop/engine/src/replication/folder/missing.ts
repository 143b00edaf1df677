import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { away, type FolderFile } from './listing.ts';
import { isHeldBy, numbersOf } from './names.ts';
import type { Round } from './round.ts';

/** Sync tools bring a removal before what takes the place of it at times. */
export const missingForMs = 10 * 60_000;

/**
 * Compares the folder with what was seen in it. What is gone and in no other file, or was changed, makes this device forget what the folder
 * holds: it reads all of it again and writes what is lacking. Throws OFFLINE when all of this device's own files are gone.
 */
export async function noticeMissing(round: Round, listing: readonly FolderFile[], thorough: boolean): Promise<void> {
  const { store, folder, replica, clock, root, own } = round;
  const { teamId } = replica;
  const present = new Map(listing.map(file => [file.name, file]));
  const known = [...folder.files(teamId).values()];
  const mine = known.filter(({ name }) => name.startsWith(`${own}/`));
  if (mine.length > 0 && !listing.some(({ device }) => device === own)) throw away(join(root, own));
  let isLacking = false;
  const now = clock.now();
  for (const file of known) {
    const { name, missingSince } = file;
    if (present.has(name)) {
      if (missingSince !== null) await store.write(() => folder.setFile(teamId, { ...file, missingSince: null }));
      if (thorough && (await isChanged(join(root, name), file))) isLacking = true;
      continue;
    }
    const numbers = numbersOf(name);
    const others = listing.filter(other => other.exact && name.startsWith(`${other.device}/`));
    if (!numbers || isHeldBy(numbers, others)) await store.write(() => folder.removeFile(teamId, name));
    else if (name.startsWith(`${own}/`)) isLacking = true;
    else if (missingSince === null) await store.write(() => folder.setFile(teamId, { ...file, missingSince: now }));
    else if (Math.abs(now - missingSince) >= missingForMs) isLacking = true;
  }
  if (isLacking) await store.write(() => folder.forget(teamId));
}

async function isChanged(
  path: string,
  { sizeBytes, modifiedMs }: { sizeBytes: number; modifiedMs: number },
): Promise<boolean> {
  try {
    const { size, mtimeMs } = await stat(path);
    return size !== sizeBytes || mtimeMs !== modifiedMs;
  } catch {
    return false; // removed meanwhile: the next look sees that
  }
}
