import { simpleGit } from 'simple-git';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** Makes a folder a git repository and commits all of it. TOOL_MISSING without git. */
export async function commitNewRepository(dir: string, message: string): Promise<void> {
  const git = simpleGit({ baseDir: dir, timeout: { block: 30_000 } }).env(gitEnvironment(process.env));
  const { installed } = await git.version();
  if (!installed)
    throw new BenchmateError('TOOL_MISSING', 'Git is not installed or not on PATH.', 'Install git, then try again.');
  try {
    await git.init(['--initial-branch=main']);
    const [name, email] = [(await git.getConfig('user.name')).value, (await git.getConfig('user.email')).value];
    if (!name || !email) {
      // Only in this repository: what the person configures later for all of them is not shadowed by a made-up person.
      await git.addConfig('user.name', name ?? 'Benchmate');
      await git.addConfig('user.email', email ?? 'benchmate@localhost');
    }
    await git.add('.');
    await git.commit(message, { '--no-verify': null, '--no-gpg-sign': null });
    if (!name) await git.raw('config', '--unset', 'user.name');
    if (!email) await git.raw('config', '--unset', 'user.email');
  } catch (error) {
    const reason = (error as Error).message.trim();
    if (/No space left|Disk quota/i.test(reason))
      throw new BenchmateError('DISK_FULL', `The disk is full: ${reason}`, 'Free some space, then try again.');
    throw new BenchmateError(
      'INTERNAL',
      `Git could not commit the new project: ${reason}`,
      'Run `git commit` in a folder of your own to see whether git works.',
      { cause: error },
    );
  }
}

/**
 * The environment without what would lead git to another repository (an engine may be started from a git hook) or to an
 * editor; who the author is stays.
 */
export function gitEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = /^GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)$/;
  const dropped = /^(GIT_|EDITOR$|VISUAL$|PAGER$|SSH_ASKPASS)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => kept.test(name) || !dropped.test(name)));
}
