import { z } from 'zod';

/** What `benchmate-sync admin` and the page show. Times are milliseconds since 1970 UTC. */

export const statusReport = z.object({
  url: z.string(),
  pid: z.number(),
  startedAt: z.number(),
  ready: z.boolean(),
  /** Why it takes no new clients. */
  reason: z.string().nullable(),
  /** `sqlite` or `postgresql`. */
  storage: z.string(),
  storageBytes: z.number(),
  documents: z.number(),
  teams: z.number(),
  entries: z.number(),
  rooms: z.number(),
  connections: z.number(),
  updates: z.number(),
  certificateEnds: z.number().nullable(),
});

export const memberReport = z.object({
  team: z.string(),
  teamName: z.string(),
  device: z.string(),
  name: z.string(),
  deviceName: z.string(),
  role: z.string(),
  active: z.boolean(),
  since: z.string(),
  /** Kept out of this server by its operator. */
  revoked: z.boolean(),
  /** Who signed in for the device, and until when that counts; null where nobody did, and where nobody has to. */
  signedIn: z.object({ who: z.string(), until: z.number() }).nullable(),
  connections: z.number(),
});

export const documentReport = z.object({ name: z.string(), bytes: z.number(), updates: z.number() });

export const connectionReport = z.object({
  /** Null with `--open`. */
  device: z.string().nullable(),
  kind: z.enum(['document', 'feeds']),
  /** Of the document, or of the team. */
  name: z.string(),
  address: z.string(),
  since: z.number(),
  /** What waits to be read by it. */
  backlogBytes: z.number(),
});

export const quotaReport = z.record(z.string(), z.number());

/** The device that something is to be done about. */
export const revocation = z.object({ device: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

export type StatusReport = z.infer<typeof statusReport>;
export type MemberReport = z.infer<typeof memberReport>;
export type DocumentReport = z.infer<typeof documentReport>;
export type ConnectionReport = z.infer<typeof connectionReport>;
export type QuotaReport = z.infer<typeof quotaReport>;
