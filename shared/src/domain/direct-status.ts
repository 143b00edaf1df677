import { z } from 'zod';

/** Devices that share with this one without anything in between. */
export const directStatus = z.object({
  /** Where this device waits for others; null when it does not. */
  listening: z.object({ host: z.string(), port: z.number().int() }).nullable(),
  /** Devices on the other end of a connection. */
  peers: z.array(z.object({ device: z.string(), name: z.string(), since: z.number() })),
  /** Why there is no connection now, and what was refused; empty when all is well. */
  problem: z.string(),
});
export type DirectStatus = z.infer<typeof directStatus>;
