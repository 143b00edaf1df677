import { z } from 'zod';
import { reactionKind } from '../domain/reaction.ts';
import { placedThread, suggestedChange, thread } from '../domain/review.ts';
import { newAnchor } from '../domain/thread-anchor.ts';
import { mutation, query, subscription } from './contract.ts';

const body = z.string().min(1).max(20_000);
/** Without a comment: the last one that suggests something. */
const ofThread = z.object({ threadId: z.string(), commentId: z.string().optional() });

export const reviews = {
  threads: query(z.object({ projectId: z.string(), path: z.string().optional() }), z.array(thread)),
  /** Threads with where they stand in the project's folder now: all, or those that stand in the file `path`. */
  placed: query(z.object({ projectId: z.string(), path: z.string().optional() }), z.array(placedThread)),
  /** @since 0.2 */
  thread: query(z.object({ threadId: z.string() }), thread),
  /** `path` is not needed where the anchor is about no file. */
  start: mutation(z.object({ projectId: z.string(), path: z.string().optional(), anchor: newAnchor, body }), thread),
  reply: mutation(z.object({ threadId: z.string(), body }), thread),
  resolve: mutation(z.object({ threadId: z.string(), resolved: z.boolean() }), thread),
  /**
   * What a suggestion would change in the project's folder on this machine. CONFLICT where its text has changed, or its file is not
   * here. @since 0.2
   */
  suggestion: query(ofThread, suggestedChange),
  /** Makes that change, says in the thread who did, and resolves it. FORBIDDEN for who may only read. @since 0.2 */
  applySuggestion: mutation(ofThread, z.object({ change: suggestedChange, thread })),
  /** Gives one's own reaction to a comment, or takes it back. */
  react: mutation(
    z.object({ threadId: z.string(), commentId: z.string(), kind: reactionKind, on: z.boolean() }),
    thread,
  ),
  changes: subscription(z.object({ projectId: z.string().optional() }), thread),
};
