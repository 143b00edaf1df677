import { z } from 'zod';
import { taskShape } from './task.ts';

/** Bringing the files of a model version to the team's server (`push`) or from it to this machine (`pull`); counts bytes. */
export const filesTask = z.object({
  ...taskShape,
  kind: z.enum(['push', 'pull']),
  model: z.string(),
  version: z.number().int(),
  /** Once it is done. `moved`: bytes that had to travel; the rest was there already. */
  result: z.object({ files: z.number().int(), sizeBytes: z.number(), movedBytes: z.number() }).nullable(),
});
export type FilesTask = z.infer<typeof filesTask>;
