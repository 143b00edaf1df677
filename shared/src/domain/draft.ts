import { z } from 'zod';
import { newAnchor } from './thread-anchor.ts';

/** What a draft becomes when it is published. `path`: file in the project, POSIX separators. */
export const draftTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('note'), title: z.string().min(1).max(200) }),
  z.object({ kind: z.literal('thread'), path: z.string(), anchor: newAnchor }),
  z.object({ kind: z.literal('reply'), threadId: z.string() }),
]);

/** What a draft's document says besides its text. */
export const draftAbout = z.object({
  projectId: z.string(),
  target: draftTarget,
  /** Milliseconds since 1970 UTC. Nobody else ever learns it: what is published is dated when it is. */
  createdAt: z.number(),
});
export type DraftAbout = z.infer<typeof draftAbout>;

/** A note or comment on this device alone, until it is published. */
export const draft = draftAbout.extend({
  draftId: z.string(),
  /** Markdown. */
  body: z.string(),
  /** Id of the Yjs document that holds the text as `Y.Text('body')`: open it at the engine's `/documents/<documentId>`. */
  documentId: z.string(),
  /** It was published or thrown away just now; in announcements and answers alone. */
  gone: z.boolean(),
});
export type Draft = z.infer<typeof draft>;
