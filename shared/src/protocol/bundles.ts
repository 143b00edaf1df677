import { z } from 'zod';
import { bundleTask } from '../domain/bundle-task.ts';
import { mutation, query } from './contract.ts';

const passphrase = z.string().min(8).max(1000).nullable().default(null);

/** Teammates without a common network: what the team knows travels as one file. Paths are absolute, on the engine's machine. */
export const bundles = {
  /** Begins a task and answers at once. Twice the same import changes nothing. Fails with UNAUTHENTICATED where a passphrase is missing. */
  begin: mutation(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('export'),
        file: z.string(),
        /** Whether an existing file gives way; else ALREADY_EXISTS. */
        replace: z.boolean().default(false),
        /** A bundle of the recipient: only what that device lacked goes into the new one. */
        since: z.string().nullable().default(null),
        /** False: says what is here, and carries nothing. A teammate answers it with `since`. */
        contents: z.boolean().default(true),
        /** Encrypts the new file, and reads `since` if that is encrypted. */
        passphrase,
      }),
      z.object({ kind: z.literal('import'), file: z.string(), passphrase }),
    ]),
    bundleTask,
  ),
  /** Answers when the task has ended, or after `withinMs` with how far it is. */
  wait: query(
    z.object({ taskId: z.string(), withinMs: z.number().int().min(0).max(20_000).default(1000) }),
    bundleTask,
  ),
  /** What an import has taken stays. */
  cancel: mutation(z.object({ taskId: z.string() }), bundleTask),
};
export type BundleRequest = z.output<typeof bundles.begin.input>;
