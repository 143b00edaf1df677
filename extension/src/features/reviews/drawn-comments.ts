import * as vscode from 'vscode';
import type { Comment } from '@benchmate/shared/domain/review';
import { reactionEmoji, reactionKinds, type ReactionKind } from '@benchmate/shared/domain/reaction';
import { commentText, withUnseenNamed } from './comment-text.ts';

/** A comment as the editor shows it, with what a reaction to it needs. */
export interface DrawnComment extends vscode.Comment {
  threadId: string;
  commentId: string;
}

interface Drawing {
  threadId: string;
  comments: readonly Comment[];
  /** What an orphaned thread was about, above its first comment; empty for others. */
  quote: string;
  /** Key of who looks; undefined until it is known. */
  me: string | undefined;
}

/** Comments of a thread. One that was drawn before stays the same object: to the editor any other is a new one, drawn from scratch. */
export function drawComments(
  before: readonly DrawnComment[],
  { threadId, comments, quote, me }: Drawing,
): DrawnComment[] {
  const known = new Map(before.map(drawn => [drawn.commentId, drawn]));
  return comments.map((comment, index) => {
    const text = index === 0 && quote ? `${quoted(quote)}\n\n${comment.body}` : comment.body;
    return Object.assign(known.get(comment.commentId) ?? {}, {
      threadId,
      commentId: comment.commentId,
      author: { name: withUnseenNamed(comment.author.name) },
      body: new vscode.MarkdownString(commentText(text)),
      mode: vscode.CommentMode.Preview,
      timestamp: new Date(comment.at),
      contextValue: 'comment',
      reactions: reactionsOf(comment, me),
    });
  });
}

/** All kinds, so that each can be given; the editor shows those that somebody gave. */
function reactionsOf({ reactions = [] }: Comment, me: string | undefined): vscode.CommentReaction[] {
  return reactionKinds.map(kind => {
    const people = reactions.find(each => each.kind === kind)?.people ?? [];
    return {
      label: reactionEmoji[kind],
      iconPath: '',
      count: people.length,
      authorHasReacted: people.some(({ person }) => person === me),
    };
  });
}

export const kindOf = ({ label }: vscode.CommentReaction): ReactionKind | undefined =>
  reactionKinds.find(kind => reactionEmoji[kind] === label);

const quoted = (text: string): string =>
  text
    .split('\n')
    .map(line => `> ${line}`)
    .join('\n');
