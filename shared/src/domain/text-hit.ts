import { z } from 'zod';

/** `hit`: this part is what was looked for. */
const snippetPart = z.object({ text: z.string(), hit: z.boolean() });
export type SnippetPart = z.infer<typeof snippetPart>;

/** A note or a comment that search found. */
export const textHit = z.object({
  kind: z.enum(['note', 'comment']),
  projectId: z.string(),
  /** Of the note, or of the comment. */
  itemId: z.string(),
  /** Of the thread that the comment is in; null for notes. */
  threadId: z.string().nullable(),
  /** The note's title, or where the thread is: `MODEL_CARD.md:12`. */
  title: z.string(),
  author: z.object({ device: z.string(), name: z.string() }),
  /** Milliseconds since 1970 UTC. */
  at: z.number(),
  /** Where it was found, with what stands around it, in one line. */
  snippet: z.array(snippetPart),
});
export type TextHit = z.infer<typeof textHit>;
