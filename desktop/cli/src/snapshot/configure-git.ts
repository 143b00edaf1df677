import { simpleGit } from 'simple-git';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** Tells the repository around the working directory to merge snapshots by this very program. Answers the command that git will run. */
export async function configureGit(): Promise<string> {
  const program = [process.execPath, process.argv[1]!].map(quoted).join(' ');
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
