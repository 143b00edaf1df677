import { z } from 'zod';

export const note = z.object({
  noteId: z.string(),
  projectId: z.string(),
  title: z.string().min(1).max(200),
  /** Markdown. */
  body: z.string(),
  author: z.object({ device: z.string(), name: z.string() }),
  createdAt: z.number(),
  /** What it is about besides its project, as a link's address (bench-link.ts): `run:<id>`, `model:<name>`, `dataset:<name>`. */
  about: z.string().nullable(),
  /** Id of the Yjs document that holds the body as `Y.Text('body')`: open it at the engine's `/documents/<documentId>`. */
  documentId: z.string(),
  /** `open`: the sync server can read the body. `locked`: it is encrypted, and this device waits for the key. */
  privacy: z.enum(['open', 'encrypted', 'locked']),
  /** One sentence: why it is locked, or what of it was not taken; empty when all is well. */
  notice: z.string(),
});
export type Note = z.infer<typeof note>;

/** What a list of notes needs, without their texts. */
export const noteTitle = note.pick({
  noteId: true,
  projectId: true,
  title: true,
  author: true,
  createdAt: true,
  about: true,
});
export type NoteTitle = z.infer<typeof noteTitle>;
