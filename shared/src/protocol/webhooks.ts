import { z } from 'zod';
import { benchEvent, eventType } from '../domain/bench-event.ts';
import { delivery, webhook } from '../domain/webhook.ts';
import { mutation, query, subscription } from './contract.ts';

const ref = z.object({ webhookId: z.string() });

/**
 * Who is told what happens. A webhook belongs to this device: it sends every event that this device learns of, its own and
 * its teammates', once each. What is sent, and how it is signed: `shared/docs/how-to-webhooks.md`.
 */
export const webhooks = {
  /** BAD_REQUEST for an address that may not be called. `secret` (`whsec_…`) is told here and never again. */
  add: mutation(
    z.object({
      url: z.string().min(1).max(2000),
      /** All when empty. */
      events: z.array(eventType).max(50).default([]),
      /** Allows loopback and private networks; never link-local addresses, where clouds keep their secrets. */
      allowPrivate: z.boolean().default(false),
    }),
    z.object({ webhook, secret: z.string() }),
  ),
  list: query(z.void(), z.array(webhook)),
  /** What waits to be delivered is dropped. */
  remove: mutation(ref, ref),
  /** While it is paused, what waits stays, and what happens is not sent. */
  setPaused: mutation(ref.extend({ paused: z.boolean() }), webhook),
  /** Sends a `webhook.test` at once and answers how it went. One that succeeds switches the webhook on again. */
  test: mutation(ref, delivery),
  /** Newest first; the last 200 that ended are kept. */
  deliveries: query(ref.extend({ limit: z.number().int().min(1).max(1000).default(50) }), z.array(delivery)),
  /** A webhook as it is now, after anything about it or its deliveries changed; `removed` when it is gone. */
  changes: subscription(z.void(), webhook.extend({ removed: z.literal(true).optional() })),
  /** What happens from now on. Nothing is kept for who is not there. */
  events: subscription(z.void(), benchEvent),
};
