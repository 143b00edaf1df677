import { z } from 'zod';

/** Bringing the files of a model version to the team's server (`push`) or from it to this machine (`pull`). Times are milliseconds since 1970 UTC. */
export const filesTask = z.object({
  taskId: z.string(),
  kind: z.enum(['push', 'pull']),
  model: z.string(),
  version: z.number().int(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  startedAt: z.number(),
  /** What it does now, in words. */
  step: z.string(),
  /** Bytes of `total`, which is 0 while it is not known. */
  done: z.number(),
  total: z.number(),
  /** Once it is done. `moved`: bytes that had to travel; the rest was there already. */
  result: z.object({ files: z.number().int(), sizeBytes: z.number(), movedBytes: z.number() }).nullable(),
  error: z.object({ code: z.string(), message: z.string(), nextStep: z.string() }).nullable(),
});
export type FilesTask = z.infer<typeof filesTask>;
