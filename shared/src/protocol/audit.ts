import { z } from 'zod';
import { registryMoment, registryThen } from '../domain/registry-then.ts';
import { seal } from '../facts/audit-file.ts';
import { mutation, query } from './contract.ts';

/** An entry as it stands in the store, with what is said about it there. Nothing of it was checked when it was read. */
export const storedEntry = z.object({
  /** Counts up in the order in which entries came to this device. */
  arrival: z.number().int(),
  team: z.string(),
  author: z.string(),
  seq: z.number().int(),
  hash: z.string(),
  /** The signed entry as JSON. */
  json: z.string(),
  /** Evidence of its author's second history, kept aside. Such entries come after all others. */
  rival: z.boolean(),
});
export type StoredEntry = z.infer<typeof storedEntry>;

/** The past of the team's decisions, from what this device holds: no server is asked. */
export const audit = {
  /**
   * The registry at a moment (`at`), or as the author of an entry had seen it, that entry included (`entry`, a hash);
   * exactly one of the two. NOT_FOUND for an entry that is not held.
   */
  asOf: query(
    z.object({ at: z.iso.datetime({ offset: true }).optional(), entry: z.string().max(100).optional() }),
    registryThen,
  ),
  /** Moments at which a fact about the model, or with none given about any, began to count; oldest first, the last 10,000. */
  moments: query(z.object({ model: z.string().optional() }), z.array(registryMoment)),
  /** How much there is to look at. `entries` are those of all teams that the device ever was in. */
  extent: query(
    z.void(),
    z.object({ team: z.string(), name: z.string(), entries: z.number().int(), last: z.number().int() }),
  ),
  /** Entries in order of arrival, of all teams, as the store has them. Fewer than `limit`: there are no more. */
  stored: query(
    z.object({ after: z.number().int().min(0), limit: z.number().int().min(1).max(500) }),
    z.array(storedEntry),
  ),
  /** What entries of the present team say, by their hashes and in their order; null for one that is not held. */
  explained: query(
    z.object({ entries: z.array(z.string().max(100)).max(500) }),
    z.array(z.object({ who: z.string(), says: z.string(), ignored: z.string().nullable() }).nullable()),
  ),
  /**
   * Signs as this device where an exported record ends. CONFLICT unless the device itself holds each of the heads: it
   * vouches for nothing else.
   */
  seal: mutation(
    seal.pick({ team: true, entries: true, heads: true, lines: true }),
    z.object({ seal, sig: z.string() }),
  ),
};
