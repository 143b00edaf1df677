import { z } from 'zod';

export const note = z.object({
  noteId: z.string(),
  projectId: z.string(),
  title: z.string().min(1).max(200),
  /** Markdown. */
  body: z.string(),
  author: z.object({ device: z.string(), name: z.string() }),
  createdAt: z.number(),
  /** Id of the Yjs document that holds the body as `Y.Text('body')`: open it at the engine's `/documents/<documentId>`. */
  documentId: z.string(),
});
export type Note = z.infer<typeof note>;
