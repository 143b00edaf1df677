import { z } from 'zod';
import { evidencePlace, present } from '../domain/presence.ts';
import { mutation, query, subscription } from './contract.ts';

const presenceState = z.object({
  /** Whether teammates see what this person looks at. */
  told: z.boolean(),
  /** Teammates' devices that are connected to the same server and tell that they are there, by name. */
  present: z.array(present),
});
export type PresenceState = z.infer<typeof presenceState>;

/** Who looks at what: seen while it lasts, through the sync server, and stored nowhere. */
export const presence = {
  state: query(z.void(), presenceState),
  /**
   * What a window shows (`surface`: any id of its own); null when nobody looks at it. It counts for 45 s: say it again before. Of
   * several windows the one that spoke last counts.
   */
  look: mutation(z.object({ surface: z.string().min(1).max(100), place: evidencePlace.nullable() }), z.void()),
  /** One switch: from now on nobody is told anything, or they are again. */
  setTold: mutation(z.object({ told: z.boolean() }), presenceState),
  /** `surface`: the window that listens. When it goes, what it shows is seen no more. */
  changes: subscription(z.object({ surface: z.string().min(1).max(100).optional() }).default({}), presenceState),
};
