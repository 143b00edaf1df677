import { z } from 'zod';
import { textHit } from '../domain/text-hit.ts';
import { mutation, query } from './contract.ts';

/** Search in the words of the team's notes and comments, on this device alone: nothing is asked of any network. */
export const textSearch = {
  /**
   * Best first. All words must be there; `"…"` is a phrase, `…*` a beginning; whatever is typed is no error. `typing`: the last word
   * is still being written and counts as a beginning. `pending`: documents that changed and could not be looked at yet.
   */
  find: query(
    z.object({
      text: z.string().max(1000),
      projectId: z.string().optional(),
      typing: z.boolean().default(false),
      limit: z.number().int().min(1).max(200).default(20),
    }),
    z.object({ hits: z.array(textHit), more: z.boolean(), pending: z.number().int() }),
  ),
  /** Makes the index anew from the documents. It does so by itself when it is missing or damaged. */
  rebuild: mutation(z.void(), z.object({ entries: z.number().int() })),
};
