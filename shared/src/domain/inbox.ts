import { z } from 'zod';
import { inboxKinds } from './inbox-order.ts';

/** Where it is dealt with. */
const inboxPlace = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('model'),
    model: z.string(),
    /** Null: the model as a whole. */
    version: z.number().int().positive().nullable(),
    /** The alias that it is about. */
    alias: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('thread'),
    projectId: z.string(),
    path: z.string(),
    threadId: z.string(),
    /** Where its text stood, from 0. */
    line: z.number().int().min(0),
  }),
  /** A file that is to be reviewed as it is. @since 0.2 */
  z.object({ kind: z.literal('file'), projectId: z.string(), path: z.string() }),
  z.object({ kind: z.literal('note'), noteId: z.string() }),
  z.object({ kind: z.literal('team') }),
  z.object({ kind: z.literal('webhook'), webhookId: z.string() }),
]);
export type InboxPlace = z.infer<typeof inboxPlace>;

export const inboxItem = z.object({
  /** The same for the same matter, also after a restart. */
  itemId: z.string(),
  kind: z.enum(inboxKinds),
  /** Whose doing it is; empty when nobody's. */
  who: z.string(),
  /** What is the matter: one sentence. */
  sentence: z.string(),
  /** What to do about it: one sentence. */
  next: z.string(),
  /** What shows that it is so, line by line; mostly empty. */
  evidence: z.array(z.string()),
  /** Milliseconds since 1970 UTC. */
  since: z.number(),
  /** When it is too late; null when never. */
  until: z.number().nullable(),
  /** Id of the project, or what the names of its models begin with; null for what concerns the whole team. */
  project: z.string().nullable(),
  /** A few words for a button. */
  action: z.string(),
  place: inboxPlace,
  /** Nothing that anybody does can settle it: the person puts it away. */
  dismissible: z.boolean(),
  /** Announced once more when it is dealt with. */
  settled: z.literal(true).optional(),
});
export type InboxItem = z.infer<typeof inboxItem>;
