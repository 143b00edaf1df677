import { z } from 'zod';
import { threadAnchor } from './thread-anchor.ts';

export const comment = z.object({
  commentId: z.string(),
  author: z.object({ device: z.string(), name: z.string() }),
  /** Markdown without HTML. */
  body: z.string().min(1).max(20_000),
  /** Milliseconds since 1970 UTC on the author's clock. */
  at: z.number(),
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
