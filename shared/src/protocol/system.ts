import { z } from 'zod';
import { mutation, query } from './contract.ts';

/** Raised whenever a client of the older number could misunderstand the engine. */
export const protocolVersion = 1;

export const system = {
  info: query(
    z.void(),
    z.object({
      version: z.string(),
      protocolVersion: z.number().int(),
      schemaVersion: z.number().int(),
      pid: z.number().int(),
      dataDir: z.string(),
      startedAt: z.number(),
      url: z.string(),
    }),
  ),
  /**
   * A one-time link that opens the companion in a browser: `<engine>/open#<code><path>`. The page at `/open` posts `{code}`
   * (all before the first `/` of the fragment) to `/session` within two minutes, gets a cookie, and goes to the path.
   */
  companionLink: mutation(z.object({ path: z.string().startsWith('/').default('/') }), z.object({ url: z.string() })),
  /** The engine answers, then ends; jobs go on. Refused with CONFLICT while other clients are connected, unless forced. */
  stop: mutation(z.object({ force: z.boolean().default(false) }), z.object({ pid: z.number().int() })),
};
