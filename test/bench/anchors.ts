import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Thread } from '@benchmate/shared/domain/review';
import {
  anchorOn,
  artifactKinds,
  edit,
  lineAt,
  newLines,
  render,
  type ArtifactKind,
  type Dice,
} from '@benchmate/shared/documents/testing-artifacts';
import { diceOf, nothingYet, survive } from '@benchmate/shared/documents/testing-survival';
import { ThreadFinder } from '../../desktop/engine/src/features/reviews/thread-finder.ts';
import { benchOptions } from './lib/options.ts';

const renames = 25;
const percent = (part: number, whole: number) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

/**
 * What becomes of threads when their files are edited at random: per kind of file 1,000 files with five threads each, and up to
 * eight changes each; then 25 files edited and renamed on a branch that is rebased.
 */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 1000, seconds: 1 });
  const home = mkdtempSync(join(tmpdir(), 'benchmate-anchors-'));
  try {
    for (const [name, kind] of Object.entries(artifactKinds)) {
      const dice = diceOf(7);
      const sum = nothingYet();
      for (let round = 0; round < rounds; round++) survive(kind, dice, sum);
      const lost = sum.threads - sum.intact - sum.gone - sum.twins - sum.reworded;
      console.log(
        `${name}: ${sum.threads} threads, ${lost} lost; text still there: ${percent(sum.reattached, sum.intact)} re-attached of ${sum.intact}; gone: ${percent(sum.orphaned, sum.gone)} orphaned of ${sum.gone}; reworded ${sum.reworded}, on a wrong line ${sum.wrong}; a twin elsewhere ${sum.twins}`,
      );
      const moved = await renamed(join(home, name), kind, dice);
      console.log(`${name}: renamed and rebased: ${percent(moved.found, moved.intact)} re-attached of ${moved.intact}`);
      const isKept = lost === 0 && sum.reattached >= 0.95 * sum.intact && sum.orphaned === sum.gone;
      if (!isKept || moved.found < 0.95 * moved.intact) process.exitCode = 1;
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Edited and renamed on a branch, while the main branch got a commit of its own; then rebased on that. */
async function renamed(dir: string, kind: ArtifactKind, dice: Dice): Promise<{ intact: number; found: number }> {
  mkdirSync(dir, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@localhost', ...args], { cwd: dir, stdio: 'pipe' });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  const commit = (message: string) => (git('add', '-A'), git('commit', '-qm', message));
  git('init', '-q', '--initial-branch=main');
  const finder = new ThreadFinder();
  const sum = { intact: 0, found: 0 };
  for (let round = 0; round < renames; round++) {
    const before = newLines(kind, dice, 40, 0);
    const path = `${round}/${kind.path}`;
    write(path, render(kind, before));
    commit('base');
    const threads = [3, 20, 37].map((at): Thread & { id: number } => ({
      id: before[at]!.id,
      threadId: `${at}`,
      projectId: 'p',
      path,
      resolved: false,
      comments: [],
      anchor: anchorOn(kind, before, at),
    }));
    git('checkout', '-qb', `branch-${round}`);
    const after = edit(kind, dice, before, 1000);
    const next = `${round}/moved/v2-${kind.path}`;
    mkdirSync(join(dir, dirname(next)), { recursive: true });
    git('mv', path, next);
    write(next, render(kind, after));
    commit('renamed');
    git('checkout', '-q', 'main');
    write('other.txt', String(round));
    commit('elsewhere');
    git('rebase', '-q', 'main', `branch-${round}`);
    git('checkout', '-qB', 'main');
    const placed = await finder.place(dir, threads);
    for (const [index, { state, path: now, line, cell }] of placed.entries()) {
      const own = after.find(({ id }) => id === threads[index]!.id);
      if (!own || own.edited) continue;
      sum.intact++;
      const at = lineAt(kind, after, { kind: 'found', range: { start: 0, end: 0 }, line, cell });
      if (state === 'found' && now === next && at === own.id) sum.found++;
    }
  }
  return sum;
}
