import { z } from 'zod';
import { syncStatus } from '../domain/team.ts';
import { mutation } from './contract.ts';

/** A team that shares through a folder: a network drive, a folder that some tool copies around, a stick. */
export const folder = {
  /**
   * Shares the current team's facts and documents through a folder that exists, from now on. `path` is absolute, on the engine's
   * machine. With a passphrase new files in it are encrypted. Fails with UNAUTHENTICATED where the folder is encrypted and the
   * passphrase is missing or another one. Answers after the first look, or after five seconds.
   */
  use: mutation(
    z.object({ path: z.string().min(1), passphrase: z.string().min(8).max(1000).nullable().default(null) }),
    syncStatus,
  ),
  /** Shares through it no more; its files stay. */
  leave: mutation(z.void(), syncStatus),
};
