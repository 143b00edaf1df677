import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { simpleGit } from 'simple-git';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { mergeSnapshotFile } from '@benchmate/shared/snapshot/merge-file';
import { snapshotFolder } from '@benchmate/shared/snapshot/places';
import { replaceFile } from '../replace-file.ts';

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

/** Tells the repository around the working directory to merge snapshots by this very program. Answers the command that git will run. */
export async function configureGit(): Promise<string> {
  const program = [process.execPath, process.argv[1] ?? fileURLToPath(import.meta.url)].map(quoted).join(' ');
  const driver = `${program} snapshot merge %O %A %B %P`;
  const git = simpleGit({ unsafe: { allowUnsafeMergeDriver: true } }); // to set one is what was asked for
  const isRepository = await git.checkIsRepo().catch((error: unknown) => {
    throw new BenchmateError('TOOL_MISSING', 'git does not run here.', 'Install git, then try again.', {
      cause: error,
    });
  });
  if (!isRepository)
    throw new BenchmateError(
      'NOT_FOUND',
      `${process.cwd()} is in no git repository.`,
      'Go into one, or make one with `git init`.',
    );
  await git.addConfig('merge.benchmate.name', 'Benchmate: shared state as text');
  await git.addConfig('merge.benchmate.driver', driver);
  return driver;
}

/** For the shell that git runs a driver with, on Windows, too. A percent sign would be one of git's own. */
const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '/').replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`;
