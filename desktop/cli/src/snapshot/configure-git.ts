import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { simpleGit, type SimpleGit } from 'simple-git';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { parseProjectFile } from '@benchmate/shared/formats/project-file';
import { projectFileName, projectRoot } from '../this-project.ts';

/**
 * Tells the repository around the working directory to merge snapshots and model cards by this very program. Answers the commands
 * that git will run. What it says stands in the clone alone (`.git/config`, `.git/info/attributes`): no file of the project changes.
 */
export async function configureGit(): Promise<{ driver: string; cardDriver: string; cards: string[] }> {
  const program = [process.execPath, process.argv[1]!].map(quoted).join(' ');
  const driver = `${program} snapshot merge %O %A %B %P`;
  const cardDriver = `${program} card merge %O %A %B %P`;
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
  await git.addConfig('merge.benchmate-card.name', 'Benchmate: model cards key by key');
  await git.addConfig('merge.benchmate-card.driver', cardDriver);
  const cards = await cardPatterns(git);
  await addAttributes(git, cards);
  return { driver, cardDriver, cards };
}

/** Every MODEL_CARD.md, and the card that the project here names. */
async function cardPatterns(git: SimpleGit): Promise<string[]> {
  const usual = 'MODEL_CARD.md';
  const root = projectRoot(process.cwd());
  if (root === null) return [usual];
  const { card } = parseProjectFile(await readFile(join(root, projectFileName), 'utf8'));
  const fromTop = relative((await git.revparse(['--show-toplevel'])).trim(), resolve(root, card)).replaceAll('\\', '/');
  return fromTop.startsWith('..') || card === usual ? [usual] : [usual, `/${fromTop}`];
}

async function addAttributes(git: SimpleGit, patterns: readonly string[]): Promise<void> {
  const file = resolve((await git.revparse(['--git-path', 'info/attributes'])).trim());
  const before = await readFile(file, 'utf8').catch(() => '');
  const lines = patterns
    .map(pattern => `${/[\s"\\]/.test(pattern) ? JSON.stringify(pattern) : pattern} merge=benchmate-card`)
    .filter(line => !before.split(/\r?\n/).includes(line));
  if (lines.length === 0) return;
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${before === '' || before.endsWith('\n') ? '' : '\n'}${lines.join('\n')}\n`);
}

/** For the shell that git runs a driver with, on Windows, too. A percent sign would be one of git's own. */
const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '/').replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`;
