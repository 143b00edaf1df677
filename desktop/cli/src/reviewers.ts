import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import ignore from 'ignore';
import { parseReviewersFile, type ReviewersFile } from '@benchmate/shared/formats/reviewers-file';
import type { Context } from './context.ts';
import { projectRoot } from './this-project.ts';

export const reviewersFileName = 'REVIEWERS';

/** A `REVIEWERS` file against what counts in the team. */
interface ComparedReviewers {
  file: string;
  rules: { pattern: string; people: string[][] }[];
  same: boolean;
  /** There is no policies.yaml beside it, or the file itself was named. */
  alone: boolean;
}

/** `given`: a file as typed; else that of the project around. Null where there is none. */
export async function compareReviewers(context: Context, given: string | undefined): Promise<ComparedReviewers | null> {
  if (given !== undefined && basename(given) !== reviewersFileName) return null;
  const file = given === undefined ? join(projectRoot(process.cwd()) ?? '.', reviewersFileName) : resolve(given);
  const read = await readReviewers(file);
  if (!read) return null;
  const rules = read.models.map(({ pattern, people }) => ({ pattern, people }));
  const { same } = await (await context.engine()).modelReviews.compareRequired.query({ rules });
  const alone = given !== undefined || !existsSync(join(dirname(file), 'policies.yaml'));
  return { file, rules, same, alone };
}

/** Null where there is no such file. */
export async function readReviewers(file: string): Promise<ReviewersFile | null> {
  if (!existsSync(file)) return null;
  return parseReviewersFile(await readFile(file, 'utf8'), basename(file));
}

/** Who reviews a file of the project: what the last line says whose pattern, as in .gitignore, fits. */
export function reviewersOfPath({ paths }: ReviewersFile, path: string): string[][] {
  return paths.findLast(({ pattern }) => ignore().add(pattern).ignores(path))?.people ?? [];
}
