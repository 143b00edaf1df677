import { z } from 'zod';
import { mutation, query, subscription } from './contract.ts';

const encryptionState = z.object({
  projectId: z.string(),
  /** Notes and comments that are written now cannot be read by the sync server. */
  encrypted: z.boolean(),
  /** Whether this device has the key to write with. */
  hasKey: z.boolean(),
  /** One sentence: who could give this device the key; empty when all is well. */
  message: z.string(),
});
export type EncryptionState = z.infer<typeof encryptionState>;

/** End-to-end encryption of notes and comments, project by project. */
export const encryption = {
  /** Of all projects of the team. */
  list: query(z.void(), z.array(encryptionState)),
  /**
   * Has what is written from now on in the project encrypted; it cannot be ended. What is there already stays readable to the server, and
   * nobody writes in it any more.
   */
  begin: mutation(z.object({ projectId: z.string() }), encryptionState),
  changes: subscription(z.void(), encryptionState),
};
