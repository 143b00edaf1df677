import { z } from 'zod';
import { grantableRole, keyPlace, member, openInvite, role, syncStatus } from '../domain/team.ts';
import { mutation, query, subscription } from './contract.ts';

const teamState = z.object({
  teamId: z.string(),
  name: z.string(),
  /** This device's public key. */
  device: z.string(),
  me: member,
  members: z.array(member),
  /** In order of their making. */
  invites: z.array(openInvite),
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
      /** Something to read aloud instead of a link, answered while this engine runs; tried five times at most, for 24 hours at most. */
      spoken: z.boolean().default(false),
      /** Default: 72, and 1 for what is read aloud. */
      expiresInHours: z.number().min(1).max(720).optional(),
    }),
    z.object({
      /** Empty where there is something to read aloud instead. */
      link: z.string(),
      inviteId: z.string(),
      expiresAt: z.string(),
      /** `sync.example.org 7-river-candy-orbit`: takes the place of the link when joining. */
      spoken: z.string().nullable(),
    }),
  ),
  /** Takes an invite back: who joins with it, or had joined unseen by this device, is no member. CONFLICT when it was used. */
  withdrawInvite: mutation(z.object({ inviteId: z.string() }), teamState),
  /** Joins the team of an invite, a link or what was read aloud, under a name; from then on this device works in that team. */
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
  /** Where this device's private key is. */
  deviceKey: query(z.void(), z.object({ keptIn: keyPlace })),
  /** Brings it elsewhere; it stays the same key. NOT_SUPPORTED without a keychain, FORBIDDEN where that is locked. */
  keepKey: mutation(z.object({ keptIn: keyPlace }), z.object({ keptIn: keyPlace })),
  /** Cuts or restores the connection; work goes on locally. */
  setPaused: mutation(z.object({ paused: z.boolean() }), teamState),
  /** Ends the sign-in for this device at the sync server. NOT_SUPPORTED where nobody signs in, OFFLINE without a server. */
  signOut: mutation(z.void(), teamState),
  changes: subscription(z.void(), teamState),
};
