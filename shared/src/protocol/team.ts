import { z } from 'zod';
import { member, role, syncStatus } from '../domain/team.ts';
import { mutation, query, subscription } from './contract.ts';

const teamState = z.object({
  teamId: z.string(),
  name: z.string(),
  /** This device's public key. */
  device: z.string(),
  me: member,
  members: z.array(member),
  sync: syncStatus,
});
export type TeamState = z.infer<typeof teamState>;

export const team = {
  state: query(z.void(), teamState),
  /** Sets the name that others see, and the name of the team while this device is its only member. */
  rename: mutation(
    z.object({ member: z.string().min(1).max(100).optional(), team: z.string().min(1).max(100).optional() }),
    teamState,
  ),
  /** Chooses the sync server, `http://` or `https://`; null works alone again. */
  connect: mutation(z.object({ serverUrl: z.url().nullable() }), teamState),
  /** A link for one person, valid once and until it expires. The secret stands in the fragment. OFFLINE without a server. */
  invite: mutation(
    z.object({ role: role.default('reviewer'), expiresInHours: z.number().min(1).max(720).default(72) }),
    z.object({ link: z.string(), expiresAt: z.string() }),
  ),
  /** Joins the team of an invite link under a name; from then on this device works in that team. */
  join: mutation(z.object({ link: z.string(), name: z.string().min(1).max(100) }), teamState),
  removeMember: mutation(z.object({ device: z.string() }), teamState),
  /** Cuts or restores the connection; work goes on locally. */
  setPaused: mutation(z.object({ paused: z.boolean() }), teamState),
  changes: subscription(z.void(), teamState),
};
