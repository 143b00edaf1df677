import { z } from 'zod';
import { grantableRole } from '../domain/team.ts';
import { mutation } from './contract.ts';
import { team } from './team.ts';

/** Becoming a member where no server is reached: the invite is a text, and facts travel as bundles or through a shared folder. */
export const joinByFile = {
  /** An invite for one person, valid once and until it expires. Its fact is stated at once, and travels with the next file. */
  invite: mutation(
    z.object({ role: grantableRole.default('reviewer'), expiresInHours: z.number().min(1).max(720).default(168) }),
    z.object({ link: z.string(), expiresAt: z.string() }),
  ),
  /**
   * Joins the team of such an invite. `from` is a bundle or a shared folder in which the invite's fact is, as an absolute path on
   * the engine's machine; a folder is used from then on. The team learns of it by the next bundle from here, or through the folder.
   * Fails with NOT_FOUND when the team, or the invite, is not in it.
   */
  join: mutation(
    z.object({
      link: z.string(),
      name: z.string().min(1).max(100),
      from: z.string(),
      passphrase: z.string().min(8).max(1000).nullable().default(null),
    }),
    team.state.output,
  ),
};
