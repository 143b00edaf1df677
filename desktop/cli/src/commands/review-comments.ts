import { Argument, type Command } from 'commander';
import { reactionEmoji, reactionKinds, type ReactionKind } from '@benchmate/shared/domain/reaction';
import type { Comment, Thread } from '@benchmate/shared/domain/review';
import { addLeaf, option } from '../command.ts';
import type { Context } from '../context.ts';
import { editLines } from '../output/edit-lines.ts';
import { threadLines } from '../output/thread-lines.ts';
import { pickById } from '../pick-by-id.ts';
import { needProject } from '../this-project.ts';

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
      const { threadId, comments } = await threadCalled(context, String(wanted), project);
      const commentId = wantedComment === undefined ? undefined : pickComment(comments, wantedComment).commentId;
      const { reviews } = await context.engine();
      const request = { threadId, ...(commentId === undefined ? {} : { commentId }) };
      if (preview) {
        const change = await reviews.suggestion.query(request);
        return context.print({ ...change, applied: false }, () => editLines(change));
      }
      const { change, thread } = await reviews.applySuggestion.mutate(request);
      context.print({ ...change, applied: true, thread }, () => [...editLines(change), '', ...threadLines(thread)]);
    },
  });

  const react = addLeaf<{ comment?: string; undo?: boolean; project?: string }>(group, {
    spec: 'react <thread>',
    description: 'react to a comment in a word',
    examples: ['benchmate review react 3f2a up'],
    options: [ofComment('which comment (default: the last)'), option('--undo', 'take your reaction back'), ofProject()],
    run: async (context, [wanted, kind], { comment, undo, project }) => {
      const { threadId, comments } = await threadCalled(context, String(wanted), project);
      const { commentId } = comment === undefined ? comments.at(-1)! : pickComment(comments, comment);
      const request = { threadId, commentId, kind: String(kind) as ReactionKind, on: !undo };
      const thread = await (await context.engine()).reviews.react.mutate(request);
      context.print(thread, () => threadLines(thread));
    },
  });
  const named = reactionKinds.map(kind => `${kind} ${reactionEmoji[kind]}`).join(', ');
  react.addArgument(new Argument('<kind>', named).choices(reactionKinds));
}

async function threadCalled(context: Context, wanted: string, project: string | undefined): Promise<Thread> {
  const { projectId } = await needProject(context, project);
  const all = await (await context.engine()).reviews.threads.query({ projectId });
  return pickById(all, wanted, { what: 'thread', id: ({ threadId }) => threadId });
}

const pickComment = (comments: readonly Comment[], wanted: string): Comment =>
  pickById(comments, wanted, { what: 'comment', id: ({ commentId }) => commentId });
const ofComment = (what: string) => option('--comment <id>', what);
const ofProject = () => option('--project <name>', 'folder, id or name of a project');
