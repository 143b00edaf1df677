import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Thread } from '@benchmate/shared/domain/review';
import { addGroup, addLeaf, option } from '../command.ts';
import type { Context } from '../context.ts';
import { cell } from '../output/terminal.ts';
import { threadLines } from '../output/thread-lines.ts';
import { pickById } from '../pick-by-id.ts';
import { commentPlace, commentPlaceOptions, type CommentPlaceOptions } from '../comment-place.ts';
import { pathIn } from '../place-in-file.ts';
import { bodyOptions, readBody, type BodyOptions } from '../read-body.ts';
import { needProject } from '../this-project.ts';
import { registerModelReview } from './model-review.ts';
import { registerReviewComments } from './review-comments.ts';
import { registerReviewDiff } from './review-diff.ts';
import { registerReviewSession } from './review-session.ts';

/** `benchmate review …`: comment threads on files. */
export function registerReview(program: Command): void {
  const group = addGroup(
    program,
    'review',
    'reviews of model versions, and comment threads',
    'benchmate review show churn 9',
  );
  registerModelReview(group);
  registerReviewDiff(group);
  registerReviewComments(group);
  registerReviewSession(group);

  addLeaf<{ project?: string; all?: boolean }>(group, {
    spec: 'threads [path]',
    description: 'open threads, of one file or of all',
    examples: ['benchmate review threads MODEL_CARD.md'],
    options: [option('--all', 'resolved ones, too'), ofProject()],
    run: async (context, [path], { project: wanted, all }) => {
      const project = await needProject(context, wanted);
      const engine = await context.engine();
      const file = path === undefined ? null : pathIn(project, String(path));
      const placed = (await engine.reviews.placed.query({ projectId: project.projectId })).filter(
        each => file === null || each.path === file || each.thread.path === file,
      );
      const states = await engine.encryption.list.query();
      const locked = states.find(({ projectId }) => projectId === project.projectId)?.message ?? '';
      const shown = placed.filter(({ thread }) => all || !thread.resolved);
      const threads = shown.map(({ thread }) => thread);
      context.print(threads, () => [
        ...(locked ? [cell(locked, 'warning')] : []),
        ...(shown.length === 0 && !locked
          ? ['No thread is open.']
          : shown.flatMap(each => threadLines(each.thread, each))),
      ]);
    },
  });

  addLeaf<BodyOptions & CommentPlaceOptions & { project?: string }>(group, {
    spec: 'comment [path]',
    description: 'start a thread on words, a line, a cell or a column of a file, on a metric of a run, or on a version',
    examples: [
      'benchmate review comment MODEL_CARD.md --quote "AUC 0.91" --body "On which split?"',
      'benchmate review comment explore.ipynb --cell 3 --body "Why the mean?"',
      'benchmate review comment --run tidy-otter-12 --metric val/loss --steps 100..200 --body "A bump."',
      'benchmate review comment --model churn --version 9 --body "Which data was it trained on?"',
    ],
    options: [...commentPlaceOptions(), ...bodyOptions(), ofProject()],
    run: async (context, [given], { project: wanted, ...options }) => {
      const project = await needProject(context, wanted);
      const body = await needBody(options);
      const place = await commentPlace(context, project, given === undefined ? undefined : String(given), options);
      const thread = await (
        await context.engine()
      ).reviews.start.mutate({ projectId: project.projectId, ...place, body });
      context.print(thread, () => threadLines(thread));
    },
  });

  addLeaf<BodyOptions & { project?: string }>(group, {
    spec: 'reply <thread>',
    description: 'answer in a thread',
    examples: ['benchmate review reply 3f2a --body "On the test split."'],
    options: [...bodyOptions(), ofProject()],
    run: async (context, [wanted], { project, ...options }) => {
      const { threadId } = await pickThread(context, String(wanted), project);
      const thread = await (await context.engine()).reviews.reply.mutate({ threadId, body: await needBody(options) });
      context.print(thread, () => threadLines(thread));
    },
  });

  addLeaf<{ reopen?: boolean; project?: string }>(group, {
    spec: 'resolve <thread>',
    description: 'close a thread, or open it again',
    examples: ['benchmate review resolve 3f2a'],
    options: [option('--reopen', 'open it again'), ofProject()],
    run: async (context, [wanted], { project, reopen = false }) => {
      const { threadId } = await pickThread(context, String(wanted), project);
      const thread = await (await context.engine()).reviews.resolve.mutate({ threadId, resolved: !reopen });
      context.print(thread, () => threadLines(thread));
    },
  });
}

const ofProject = () => option('--project <name>', 'folder, id or name of a project');

export async function pickThread(context: Context, wanted: string, project: string | undefined): Promise<Thread> {
  const { projectId } = await needProject(context, project);
  const threads = await (await context.engine()).reviews.threads.query({ projectId });
  return pickById(threads, wanted, { what: 'thread', id: ({ threadId }) => threadId });
}

async function needBody(options: BodyOptions): Promise<string> {
  const body = (await readBody(options))?.trim();
  if (body) return body;
  throw new BenchmateError('BAD_REQUEST', 'The comment is empty.', 'Add --body "…" or --file <path>.');
}
