import { z } from 'zod';
import { reaction } from './reaction.ts';
import { threadAnchor } from './thread-anchor.ts';

export const comment = z.object({
  commentId: z.string(),
  author: z.object({ device: z.string(), name: z.string() }),
  /** Markdown without HTML. */
  body: z.string().min(1).max(20_000),
  /** Milliseconds since 1970 UTC on the author's clock. */
  at: z.number(),
  /** Absent without any. */
  reactions: z.array(reaction).optional(),
});
export type Comment = z.infer<typeof comment>;

export const thread = z.object({
  threadId: z.string(),
  projectId: z.string(),
  /** File in the project, POSIX separators; `homeOf` its anchor (thread-place.ts) where it is about no file. */
  path: z.string(),
  anchor: threadAnchor,
  resolved: z.boolean(),
  comments: z.array(comment),
});
export type Thread = z.infer<typeof thread>;

/** What a suggestion changes in its file as the file is now. `line` from 1, of where `before` begins. */
export const suggestedChange = z.object({
  commentId: z.string(),
  path: z.string(),
  line: z.number().int(),
  before: z.string(),
  after: z.string(),
});
export type SuggestedChange = z.infer<typeof suggestedChange>;

/** Where a thread stands in the project's folder on this machine, as the files are now. */
export const placedThread = z.object({
  thread,
  /** Not the thread's own where its file was renamed, here or on another branch. */
  path: z.string(),
  /** From 0, in the cell's source where there is a `cell` (its position, from 0), else in the file. */
  line: z.number().int(),
  cell: z.number().int().nullable(),
  /**
   * `orphaned`: what it was about is gone from its file. `file-gone`: so is the file. `unknown`: the project has no folder here,
   * or its file is none that can be looked into. Where it is not found, line and cell are the last known.
   */
  state: z.enum(['found', 'orphaned', 'file-gone', 'unknown']),
});
export type PlacedThread = z.infer<typeof placedThread>;
