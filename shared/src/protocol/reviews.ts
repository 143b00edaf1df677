import { z } from 'zod';
import { reactionKind } from '../domain/reaction.ts';
import { placedThread, thread } from '../domain/review.ts';
import { newAnchor } from '../domain/thread-anchor.ts';
import { mutation, query, subscription } from './contract.ts';

const body = z.string().min(1).max(20_000);

export const reviews = {
  threads: query(z.object({ projectId: z.string(), path: z.string().optional() }), z.array(thread)),
  /** Threads with where they stand in the project's folder now: all, or those that stand in the file `path`. */
  placed: query(z.object({ projectId: z.string(), path: z.string().optional() }), z.array(placedThread)),
  /** `path` is not needed where the anchor is about no file. */
  start: mutation(z.object({ projectId: z.string(), path: z.string().optional(), anchor: newAnchor, body }), thread),
  reply: mutation(z.object({ threadId: z.string(), body }), thread),
  resolve: mutation(z.object({ threadId: z.string(), resolved: z.boolean() }), thread),
  /** Gives one's own reaction to a comment, or takes it back. */
  react: mutation(
    z.object({ threadId: z.string(), commentId: z.string(), kind: reactionKind, on: z.boolean() }),
    thread,
  ),
  changes: subscription(z.object({ projectId: z.string().optional() }), thread),
};
