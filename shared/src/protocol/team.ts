import { z } from 'zod';
import { grantableRole, member, role, syncStatus } from '../domain/team.ts';
import { mutation, query, subscription } from './contract.ts';

const teamState = z.object({
  teamId: z.string(),
  name: z.string(),
  /** This device's public key. */
  device: z.string(),
  me: member,
  members: z.array(member),
  /** Whether this person has a recovery key. */
  hasRecoveryKey: z.boolean(),
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
    z.object({
      role: role.default('reviewer'),
      /** `device`: another device of this person, with the same rights. An agent works for this person. */
      as: z.enum(['member', 'device']).default('member'),
      expiresInHours: z.number().min(1).max(720).default(72),
    }),
    z.object({ link: z.string(), expiresAt: z.string() }),
  ),
  /** Joins the team of an invite link under a name; from then on this device works in that team. */
  join: mutation(z.object({ link: z.string(), name: z.string().min(1).max(100) }), teamState),
  /** Removes one device, or an agent. Its person goes with the last device, and the person's agents go, too. */
  removeMember: mutation(z.object({ device: z.string() }), teamState),
  /** Removes a person: all devices, all agents, and invites that nobody had used. */
  removePerson: mutation(z.object({ person: z.string() }), teamState),
  /** What a person may do from now on; in one project alone when one is named, where null goes back to the team's role. */
  setRole: mutation(
    z.object({ person: z.string(), role: grantableRole.nullable(), project: z.string().nullable().default(null) }),
    teamState,
  ),
  /** A new recovery key of this owner, to be printed. It is told once and kept nowhere; one before counts no more. */
  createRecoveryKey: mutation(z.void(), z.object({ key: z.string() })),
  /** Comes back as the owner of a recovery key, on this device; the owner's other devices and agents are revoked. */
  recover: mutation(
    z.object({ serverUrl: z.url({ protocol: /^https?$/ }), key: z.string(), name: z.string().min(1).max(100) }),
    teamState,
  ),
  /** Cuts or restores the connection; work goes on locally. */
  setPaused: mutation(z.object({ paused: z.boolean() }), teamState),
  changes: subscription(z.void(), teamState),
};
