import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { mergeCards } from '@benchmate/shared/cards/merge-cards';
import type { CardConflict } from '@benchmate/shared/cards/conflict';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { replaceFile } from '@benchmate/shared/node/replace-file';

export interface CardMerge {
  /** False: somebody has to choose; the file has both versions, marked. */
  merged: boolean;
  conflicts: readonly CardConflict[];
  /** Why it could not be merged as a card: then it was merged by lines, as any file. */
  asText: string | null;
}

/** What git calls for a model card that two branches changed; the result replaces `ours`. An empty ancestor is none. */
export async function mergeCardForGit(base: string, ours: string, theirs: string, path: string): Promise<CardMerge> {
  const [baseText, ourText, theirText] = await Promise.all([base, ours, theirs].map(file => text(file, path)));
  try {
    const { text: merged, conflicts } = mergeCards({ base: baseText || null, ours: ourText!, theirs: theirText! });
    await replaceFile(ours, merged);
    return { merged: conflicts.length === 0, conflicts, asText: null };
  } catch (error) {
    if (!(error instanceof BenchmateError)) throw error;
    return { merged: await byLines(base, ours, theirs), conflicts: [], asText: error.message };
  }
}

/** Strictly UTF-8: of anything else git keeps our version, and both in its index. */
async function text(file: string, path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    throw new BenchmateError(
      'CONFLICT',
      `${path} is not UTF-8 text on one of the branches.`,
      'Take one of the two with `git checkout --ours` or `--theirs`.',
    );
  }
}

async function byLines(base: string, ours: string, theirs: string): Promise<boolean> {
  try {
    await promisify(execFile)('git', ['merge-file', '-L', 'ours', '-L', 'base', '-L', 'theirs', ours, base, theirs]);
    return true;
  } catch (error) {
    // Its exit status is the number of conflicts; beyond 127 it failed.
    const { code } = error as { code?: unknown };
    if (typeof code === 'number' && code > 0 && code <= 127) return false;
    throw error;
  }
}
