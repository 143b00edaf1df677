import { readFile } from 'node:fs/promises';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { mergeSnapshotFile } from '@benchmate/shared/snapshot/merge-file';
import { snapshotFolder } from '@benchmate/shared/snapshot/places';
import { replaceFile } from '@benchmate/shared/node/replace-file';

export interface Merging {
  /** Where git put our version, and looks for the result. */
  ours: string;
  theirs: string;
  /** The file's path in the repository. */
  path: string;
}

/** What git calls for each file of a snapshot that two branches changed. False: it stays as ours is, and conflicts. */
export async function mergeForGit({ ours, theirs, path }: Merging): Promise<boolean> {
  const [ourText, theirText] = await Promise.all([readFile(ours, 'utf8'), readFile(theirs, 'utf8')]);
  const inFolder = path.split(`${snapshotFolder}/`).at(-1) ?? path;
  const merged = mergedText(inFolder, ourText, theirText);
  if (merged === null) return false;
  if (merged !== ourText) await replaceFile(ours, merged);
  return true;
}

function mergedText(path: string, ours: string, theirs: string): string | null {
  try {
    return mergeSnapshotFile({ path, ours, theirs });
  } catch (error) {
    if (error instanceof BenchmateError) throw error;
    throw new BenchmateError(
      'BAD_REQUEST',
      `${path} is damaged on one of the branches.`,
      'Take the other version with `git checkout --ours` or `--theirs`.',
      { cause: error },
    );
  }
}
