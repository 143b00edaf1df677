import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Argument, type Command } from 'commander';
import { reactionEmoji, reactionKinds, type ReactionKind } from '@benchmate/shared/domain/reaction';
import type { Comment, PlacedThread, Thread } from '@benchmate/shared/domain/review';
import { suggestedEdit, suggestionIn, withEdit } from '@benchmate/shared/documents/suggestion';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { addLeaf, option } from '../command.ts';
import type { Context } from '../context.ts';
import { editLines } from '../output/edit-lines.ts';
import { threadLines } from '../output/thread-lines.ts';
import { pickById } from '../pick-by-id.ts';
import { replaceFile } from '../replace-file.ts';
import { folderOf, needProject } from '../this-project.ts';

/** `benchmate review apply|react`: what one does with a single comment. */
export function registerReviewComments(group: Command): void {
  addLeaf<{ comment?: string; preview?: boolean; project?: string }>(group, {
    spec: 'apply <thread>',
    description: 'make the change that a comment suggests, where its text stands now, and resolve the thread',
    examples: ['benchmate review apply 3f2a --preview', 'benchmate review apply 3f2a'],
    options: [
      ofComment('the comment with the suggestion (default: the last that has one)'),
      option('--preview', 'only show what would change'),
      ofProject(),
    ],
    run: async (context, [wanted], { comment: wantedComment, preview, project }) => {
      const { placed, dir } = await placedThread(context, String(wanted), project);
      const { comment, suggestion } = suggested(placed.thread, wantedComment);
      if (placed.state === 'file-gone' || placed.state === 'unknown')
        throw new BenchmateError(
          'CONFLICT',
          `The file of the thread, ${placed.path}, is not in the project’s folder now.`,
          'Check the branch out that has it.',
        );
      if (placed.path.endsWith('.ipynb'))
        throw new BenchmateError(
          'BAD_REQUEST',
          `${placed.path} is a notebook: its text is not the file’s text.`,
          'Make the change in the cell.',
        );
      const file = await insideOf(dir, placed.path);
      const text = await readFile(file, 'utf8');
      const edit = suggestedEdit(text, placed.thread.anchor, suggestion);
      const shown = { path: placed.path, line: edit.line + 1, before: edit.before, after: edit.after };
      if (preview) return context.print({ ...shown, applied: false }, () => editLines(shown));
      const { reviews } = await context.engine();
      await replaceFile(file, withEdit(text, edit));
      const { threadId } = placed.thread;
      await reviews.reply.mutate({ threadId, body: `Applied the suggestion of ${comment.author.name}.` });
      const thread = await reviews.resolve.mutate({ threadId, resolved: true });
      context.print({ ...shown, applied: true, thread }, () => [...editLines(shown), '', ...threadLines(thread)]);
    },
  });

  const react = addLeaf<{ comment?: string; undo?: boolean; project?: string }>(group, {
    spec: 'react <thread>',
    description: 'react to a comment in a word',
    examples: ['benchmate review react 3f2a up'],
    options: [ofComment('which comment (default: the last)'), option('--undo', 'take your reaction back'), ofProject()],
    run: async (context, [wanted, kind], { comment, undo, project }) => {
      const { placed } = await placedThread(context, String(wanted), project);
      const { threadId, comments } = placed.thread;
      const { commentId } = comment === undefined ? comments.at(-1)! : pickComment(comments, comment);
      const request = { threadId, commentId, kind: String(kind) as ReactionKind, on: !undo };
      const thread = await (await context.engine()).reviews.react.mutate(request);
      context.print(thread, () => threadLines(thread));
    },
  });
  const named = reactionKinds.map(kind => `${kind} ${reactionEmoji[kind]}`).join(', ');
  react.addArgument(new Argument('<kind>', named).choices(reactionKinds));
}

/** A link that leads out of the project is not followed: a teammate may have committed it. */
async function insideOf(dir: string, path: string): Promise<string> {
  const [root, file] = await Promise.all([realpath(dir), realpath(join(dir, path))]);
  if (file.startsWith(root + sep)) return file;
  throw new BenchmateError('FORBIDDEN', `${path} is a link out of the project.`, 'Make the change by hand.');
}

async function placedThread(
  context: Context,
  wanted: string,
  project: string | undefined,
): Promise<{ placed: PlacedThread; dir: string }> {
  const found = await needProject(context, project);
  const all = await (await context.engine()).reviews.placed.query({ projectId: found.projectId });
  const placed = pickById(all, wanted, { what: 'thread', id: ({ thread }) => thread.threadId });
  return { placed, dir: folderOf(found) };
}

function suggested({ comments }: Thread, wanted: string | undefined): { comment: Comment; suggestion: string } {
  const among = wanted === undefined ? comments : [pickComment(comments, wanted)];
  for (const comment of among.toReversed()) {
    const suggestion = suggestionIn(comment.body);
    if (suggestion !== null) return { comment, suggestion };
  }
  throw new BenchmateError(
    'NOT_FOUND',
    'Nothing is suggested there.',
    'A suggestion is a block that begins with ```suggestion and ends with ```.',
  );
}

const pickComment = (comments: readonly Comment[], wanted: string): Comment =>
  pickById(comments, wanted, { what: 'comment', id: ({ commentId }) => commentId });
const ofComment = (what: string) => option('--comment <id>', what);
const ofProject = () => option('--project <name>', 'folder, id or name of a project');
