import { z } from 'zod';
import { eventType } from './bench-event.ts';

/** An address that this device tells of events. Its secret is derived from the device's key and is stored nowhere. */
export const webhook = z.object({
  webhookId: z.string(),
  /** Where it posts to; what stands behind `?` is not shown. */
  url: z.string(),
  /** All when empty. */
  events: z.array(eventType),
  /** Whether addresses of this machine and of private networks are allowed. */
  allowPrivate: z.boolean(),
  /** Milliseconds since 1970 UTC. What happened before is never sent. */
  createdAt: z.number(),
  /** Why it sends nothing any more; null while it is on. */
  off: z.string().nullable(),
  /** Off because a person wanted it. */
  paused: z.boolean(),
  /** Events that wait to be delivered. */
  waiting: z.number().int(),
  /** What went wrong at the last attempt; null when all is well. */
  problem: z.string().nullable(),
  /** When what waits is tried next, milliseconds since 1970 UTC; null when nothing waits or it is off. */
  nextAt: z.number().nullable(),
});
export type Webhook = z.infer<typeof webhook>;

/** One event on its way to one webhook. */
export const delivery = z.object({
  /** The header `webhook-id`: the same at each attempt, and for the same event on every device. */
  messageId: z.string(),
  type: z.string(),
  state: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.number().int(),
  /** Times are milliseconds since 1970 UTC. */
  createdAt: z.number(),
  /** When it is tried next; null unless it waits. */
  nextAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** Status of the last answer; null when there was none. */
  status: z.number().int().nullable(),
  /** What went wrong at the last attempt; empty when nothing did. */
  problem: z.string(),
});
export type Delivery = z.infer<typeof delivery>;
