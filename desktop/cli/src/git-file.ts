import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { simpleGit, type SimpleGit } from 'simple-git';
import { textOf } from './text-file.ts';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** A file as it was at a revision; null when it was not there. NOT_FOUND without a repository or such a revision. */
export async function fileAt(path: string, revision: string): Promise<string | null> {
  const dir = dirname(path);
  if (!existsSync(dir)) throw new BenchmateError('NOT_FOUND', `There is no folder ${dir}.`, 'Check the path.');
  const git = simpleGit(dir);
  if (!(await isRepository(git)))
    throw new BenchmateError('NOT_FOUND', `${dir} is in no git repository.`, 'Make one with `git init`, and commit.');
  const commit = await resolveCommit(git, revision);
  if (commit === null) {
    if (revision === 'HEAD') return null; // nothing has been committed yet
    throw new BenchmateError('NOT_FOUND', `There is no revision '${revision}' in git.`, 'See `git log --oneline`.');
  }
  const name = basename(path);
  const [, mode = ''] = /^(\d+) blob /.exec(await git.raw(['ls-tree', commit, '--', name])) ?? [];
  if (mode === '' || mode === link) return null; // nothing, a folder, or another file under a second name
  const text = textOf(await git.binaryCatFile(['blob', `${commit}:./${name}`]));
  if (text !== null) return text;
  throw new BenchmateError(
    'BAD_REQUEST',
    `${name} is a binary file at ${revision}, or text in another encoding than UTF-8.`,
    'Name another revision: `git log` shows who changed it.',
  );
}

/** Mode of a symbolic link in git. */
const link = '120000';

/** The commit that last changed a file; null without git, and for a file that git does not hold as it is. */
export async function lastCommitOf(path: string): Promise<string | null> {
  try {
    const git = simpleGit(dirname(path));
    const name = basename(path);
    if ((await git.raw(['status', '--porcelain', '--ignored', '--', name])).trim() !== '') return null;
    return (await git.raw(['log', '-1', '--format=%H', '--', name])).trim() || null;
  } catch {
    return null;
  }
}

async function isRepository(git: SimpleGit): Promise<boolean> {
  try {
    return await git.checkIsRepo();
  } catch (error) {
    throw new BenchmateError('TOOL_MISSING', 'git does not run here.', 'Install git, then try again.', {
      cause: error,
    });
  }
}

async function resolveCommit(git: SimpleGit, revision: string): Promise<string | null> {
  try {
    const commit = await git.raw(['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`]);
    return /^[0-9a-f]{40,64}$/.exec(commit.trim())?.[0] ?? null;
  } catch {
    return null;
  }
}
