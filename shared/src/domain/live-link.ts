import { z } from 'zod';

/** What a link of a text points at, as it is now on this device. */
export const liveLink = z.object({
  /** As it stands in the text: `run:8f3a#val/auc`. */
  href: z.string(),
  /** `missing`: it is not here (it may not have arrived); `ambiguous`: more than one thing fits. */
  state: z.enum(['found', 'missing', 'ambiguous']),
  /** Its value: a metric's number, the text of a line, else what the thing is called. Empty when it is not found. */
  value: z.string(),
  /** In a few words, what it is or why it is not there. */
  says: z.string(),
  /** The companion's page that shows it; null where none does. */
  page: z.string().nullable(),
});
export type LiveLink = z.infer<typeof liveLink>;
