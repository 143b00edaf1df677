import { join } from 'node:path';
import type { Command } from 'commander';
import type { Project } from '@benchmate/shared/domain/project';
import type { FileReviewNow } from '@benchmate/shared/domain/file-review';
import type { ReviewVerdict } from '@benchmate/shared/domain/model-review';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { addLeaf, option } from '../command.ts';
import type { Context } from '../context.ts';
import { fileReviewLines } from '../output/file-review-lines.ts';
import { cell } from '../output/terminal.ts';
import { pathIn } from '../place-in-file.ts';
import { readReviewers, reviewersFileName, reviewersOfPath } from '../reviewers.ts';
import { folderOf, needProject } from '../this-project.ts';

interface Place {
  projectId: string;
  path: string;
}

/** The file of the project around that a command without a version is about. */
async function filePlace(context: Context, given: string): Promise<Place> {
  const project = await needProject(context, undefined);
  return { projectId: project.projectId, path: pathIn(project, given) };
}

export async function showFile(context: Context, given: string): Promise<void> {
  const place = await filePlace(context, given);
  const review = await (await context.engine()).fileReviews.show.query(place);
  if (review.content === null && review.requests.length + review.votes.length + review.remarks.length === 0)
    throw new BenchmateError(
      'NOT_FOUND',
      `There is no file ${place.path} in this project, and nobody reviewed one.`,
      'A version of a model is named with its number.',
    );
  print(context, review);
}

export async function requestFile(
  context: Context,
  given: string,
  { from, comment, withdraw = false }: { from: string[]; comment: string; withdraw?: boolean | undefined },
): Promise<void> {
  const place = await filePlace(context, given);
  const { fileReviews } = await context.engine();
  const people = from.length > 0 ? from : await requiredOf(context, place);
  const request = { ...place, people, comment };
  print(context, await (withdraw ? fileReviews.withdraw : fileReviews.request).mutate(request));
}

export async function submitFile(
  context: Context,
  given: string,
  { verdict, comment, withDrafts = false }: { verdict: ReviewVerdict; comment: string; withDrafts?: boolean },
): Promise<void> {
  const place = await filePlace(context, given);
  const { fileReviews } = await context.engine();
  const drafts = withDrafts ? (await fileReviews.show.query(place)).drafts : [];
  print(context, await fileReviews.submit.mutate({ ...place, verdict, comment, drafts }));
}

/** Who reviews a file, as `REVIEWERS` says, and who of them has not approved what it says now. */
export async function filesChecked(context: Context, project: Project, paths: readonly string[]) {
  const file = await readReviewers(join(folderOf(project), reviewersFileName));
  const files = paths.map(path => ({ path, groups: file ? reviewersOfPath(file, path) : [] }));
  const checked = await (await context.engine()).fileReviews.check.query({ projectId: project.projectId, files });
  return checked.map((each, index) => ({ ...each, people: files[index]!.groups }));
}

/** `benchmate review check`: a gate for CI. */
export function registerFileCheck(group: Command): void {
  addLeaf<{ project?: string }>(group, {
    spec: 'check <paths...>',
    description: 'whether those whom REVIEWERS names approved what files say now; exits with 1 where an approval lacks',
    examples: ['benchmate review check MODEL_CARD.md'],
    options: [option('--project <name>', 'folder, id or name of a project')],
    run: async (context, [given], { project: wanted }) => {
      const project = await needProject(context, wanted);
      const paths = [given ?? []].flat().map(path => pathIn(project, path));
      const checked = await filesChecked(context, project, paths);
      context.print(checked, () => checked.map(each => cell(checkedText(each), isFine(each) ? 'good' : 'bad')));
      return checked.every(isFine) ? 0 : 1;
    },
  });
}

type Checked = Awaited<ReturnType<typeof filesChecked>>[number];

/** A file that is not there has nothing that anybody approved. */
const isFine = ({ content, missing, people }: Checked): boolean =>
  missing.length === 0 && (content !== null || people.length === 0);

export function checkedText({ path, content, people, missing, approvedBy, outdated, against }: Checked): string {
  if (people.length === 0) return `${path}: ${reviewersFileName} names nobody.`;
  if (content === null) return `${path}: there is no such file here.`;
  const before = outdated.length > 0 ? ` ${outdated.join(', ')} approved what it said before.` : '';
  const objections = against.length > 0 ? ` ${against.join(', ')} asked for changes.` : '';
  if (missing.length > 0) return `${path} lacks the approval of ${groupsText(missing)}.${before}${objections}`;
  return `${path} is approved${approvedBy.length > 0 ? ` by ${approvedBy.join(', ')}` : ': nobody else is required'}.${objections}`;
}

export const groupsText = (groups: readonly string[][]): string =>
  groups.length === 0 ? 'nobody' : groups.map(group => group.join(' or ')).join(', ');

async function requiredOf(context: Context, { path }: Place): Promise<string[]> {
  const project = await needProject(context, undefined);
  const [checked] = await filesChecked(context, project, [path]);
  const people = [...new Set(checked?.missing.flat())];
  if (people.length > 0) return people;
  throw new BenchmateError(
    'BAD_REQUEST',
    `${reviewersFileName} names nobody whose approval ${path} lacks.`,
    'Say who is asked with --from.',
  );
}

const print = (context: Context, review: FileReviewNow): void => context.print(review, () => fileReviewLines(review));
