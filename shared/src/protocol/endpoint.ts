import { z } from 'zod';

/** The file `endpoint.json` (mode 0600) in the engine's data directory: how a client finds and may talk to it. */
export const endpoint = z.object({
  /** `http://127.0.0.1:<port>` */
  url: z.string(),
  port: z.number().int(),
  /** 256 random bits, base64url; sent as `Authorization: Bearer`. */
  token: z.string(),
  pid: z.number().int(),
  startedAt: z.number(),
  version: z.string(),
  protocolVersion: z.number().int(),
  schemaVersion: z.number().int(),
  /** When what training scripts log is synced to the disk; `normal` can lose the last moments at a power cut. */
  durability: z.enum(['full', 'normal']).default('full'),
});
export type Endpoint = z.infer<typeof endpoint>;
