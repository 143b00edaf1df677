import { z } from 'zod';

/** How a team shares through a folder. */
export const folderStatus = z.object({
  /** On the engine's machine. */
  path: z.string(),
  encrypted: z.boolean(),
  /** Facts and documents that the folder lacks. */
  unshared: z.number().int(),
  /** About how large they are. */
  unsharedBytes: z.number().int(),
  /** When the first of them was written, milliseconds since 1970 UTC; null when all is shared. */
  since: z.number().nullable(),
  /** Why the folder cannot be read or written now, and what to do; empty when all is well. */
  problem: z.string(),
  /** One sentence for each reason why a file in it was not taken. */
  unread: z.array(z.string()),
});
export type FolderStatus = z.infer<typeof folderStatus>;
