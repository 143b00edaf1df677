import { z } from 'zod';
import { directStatus } from './direct-status.ts';
import { folderStatus } from './shared-folder.ts';

/** In rising order of rights (facts/rights.ts). An `agent` works for a member, and never approves, promotes or invites. */
export const role = z.enum(['agent', 'viewer', 'contributor', 'reviewer', 'maintainer', 'owner']);
export type Role = z.infer<typeof role>;

/** What a person can be made; nobody becomes an agent. */
export const grantableRole = role.exclude(['agent']);

export const member = z.object({
  /** The device's Ed25519 public key, base64url: the author of its feed. */
  device: z.string(),
  name: z.string(),
  deviceName: z.string(),
  /** Key of the person's first device: the same for all devices of one person, and an agent's own. */
  person: z.string(),
  role,
  /** Other roles in single projects. */
  projects: z.record(z.string(), role),
  /** The person who answers for an agent; null for people, and for agents that the team itself invited. */
  agentOf: z.string().nullable(),
  /** False once removed. */
  active: z.boolean(),
  since: z.string(),
});
export type Member = z.infer<typeof member>;

/** Where a device's private key is: in a file that only its user reads, or in the keychain of the operating system. */
export const keyPlace = z.enum(['file', 'keychain']);
export type KeyPlace = z.infer<typeof keyPlace>;

/** An invite that nobody has used, that has not expired and was not withdrawn. */
export const openInvite = z.object({
  inviteId: z.string(),
  /** What whoever uses it becomes. */
  role,
  /** Somebody else, another device of the person who made it, or an agent of theirs. */
  as: z.enum(['member', 'device', 'agent']),
  /** Device that made it. */
  invitedBy: z.string(),
  expiresAt: z.string(),
});
export type OpenInvite = z.infer<typeof openInvite>;

/** `off`: no server was ever chosen. `paused`: the person cut the connection. `offline`: the server does not answer. */
export const syncState = z.enum(['off', 'connecting', 'online', 'offline', 'paused', 'refused']);
export type SyncState = z.infer<typeof syncState>;

export const syncStatus = z.object({
  state: syncState,
  serverUrl: z.string().nullable(),
  /** Facts and document updates written here and not acknowledged by the server. */
  unshared: z.number().int(),
  /** When the present state began, milliseconds since 1970 UTC. */
  since: z.number(),
  /** One sentence; empty when all is well. */
  message: z.string(),
  /** The folder that the team shares through, with or without a server. Without one, `unshared` counts what it lacks. */
  folder: folderStatus.nullable().optional(),
  /** Connections to single devices. */
  direct: directStatus.optional(),
});
export type SyncStatus = z.infer<typeof syncStatus>;
