import { z } from 'zod';
import { inboxItem } from '../domain/inbox.ts';
import { mutation, query, subscription } from './contract.ts';

/** What waits for this person, in one list. It is made of what is here: no network is asked. */
export const inbox = {
  /** Most pressing first, in one kind what is newest. `project`: an id, a name, or what the names of its models begin with. */
  list: query(
    z.object({
      project: z.string().optional(),
      limit: z.number().int().min(1).max(1000).default(1000),
      /** From the page before. */
      cursor: z.string().optional(),
    }),
    z.object({ items: z.array(inboxItem), total: z.number().int(), cursor: z.string().nullable() }),
  ),
  /** Puts away what is `dismissible`, for this device and for good. NOT_FOUND when it does not wait (any more). */
  dismiss: mutation(z.object({ itemId: z.string() }), inboxItem),
  /** What is new, changed, or `settled`. */
  changes: subscription(z.void(), z.array(inboxItem)),
  /**
   * Whether the client that asks may tell the person of an event at once: only the first one that asks may, so that no event is told
   * by two windows.
   */
  claimNotice: mutation(z.object({ eventId: z.string() }), z.object({ mayTell: z.boolean() })),
};
