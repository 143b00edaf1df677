import { mkdirSync, statfsSync } from 'node:fs';
import { findPython } from './find-python.ts';
import { cacheDir } from './root.ts';
import { runTool } from './run-tool.ts';
import { SetupError } from './setup-error.ts';

/** Looks for what cannot be installed from here, before any work is done. Throws SetupError with one sentence. */
export async function checkPrerequisites(options: { freeBytes: number }): Promise<void> {
  if ((await runTool('git', ['--version'])).code !== 0)
    throw new SetupError(
      'git is needed to version projects, and it was not found on PATH. Install it from git-scm.com or your package manager.',
    );
  await findPython();
  mkdirSync(cacheDir, { recursive: true });
  const { bavail, bsize } = statfsSync(cacheDir);
  if (bavail * bsize < options.freeBytes) {
    const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
    throw new SetupError(
      `The disk of ${cacheDir} has ${gib(bavail * bsize)} GiB left and about ${gib(options.freeBytes)} GiB are needed. Free some space, then run this again.`,
    );
  }
}
