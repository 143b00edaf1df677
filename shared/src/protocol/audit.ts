import { z } from 'zod';
import { registryMoment, registryThen } from '../domain/registry-then.ts';
import { query } from './contract.ts';

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
};
