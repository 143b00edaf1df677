import { z } from 'zod';

/**
 * Where a thread hangs in a text file: the quoted text with some context on both sides, and the last known place.
 * Offsets count UTF-16 code units from 0; `line` counts from 0.
 */
export const textAnchor = z.object({
  quote: z.string().max(2000),
  prefix: z.string().max(200),
  suffix: z.string().max(200),
  line: z.number().int().min(0),
});
export type TextAnchor = z.infer<typeof textAnchor>;

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
  /** File in the project, POSIX separators. */
  path: z.string(),
  anchor: textAnchor,
  resolved: z.boolean(),
  comments: z.array(comment),
});
export type Thread = z.infer<typeof thread>;
