import { z } from 'zod';
import { draft, draftTarget } from '../domain/draft.ts';
import { note } from '../domain/note.ts';
import { thread } from '../domain/review.ts';
import { mutation, query, subscription } from './contract.ts';

const body = z.string().max(1_000_000);

/** Notes and comments that only this device has, until their author publishes them. */
export const drafts = {
  /** Newest first. */
  list: query(z.object({ projectId: z.string().optional() }), z.array(draft)),
  create: mutation(z.object({ projectId: z.string(), target: draftTarget, body: body.default('') }), draft),
  write: mutation(z.object({ draftId: z.string(), body, title: z.string().min(1).max(200).optional() }), draft),
  /**
   * Moves it to the team, once: whoever asks again, also after a crash in between, gets what was published. What the draft
   * held before its present text goes nowhere.
   */
  publish: mutation(z.object({ draftId: z.string() }), z.object({ note: note.nullable(), thread: thread.nullable() })),
  /** Throws it away for good. */
  discard: mutation(z.object({ draftId: z.string() }), draft),
  changes: subscription(z.void(), draft),
};
export type Published = z.infer<typeof drafts.publish.output>;
