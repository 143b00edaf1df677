import { z } from 'zod';
import { mutation, query } from './contract.ts';

const projectId = z.string();

const taken = z.object({
  /** Facts that were new here, and documents that changed. */
  entries: z.number().int(),
  documents: z.number().int(),
  /** Whether this device looks into that team as a guest from now on. */
  asGuest: z.boolean(),
  /** One sentence for each thing that was not taken. */
  refused: z.array(z.string()),
});
export type SnapshotTaken = z.infer<typeof taken>;

const written = z.object({
  dir: z.string(),
  /** Files that are in the snapshot, and those of them that had to be written. */
  files: z.number().int(),
  changed: z.number().int(),
  /** What was in the folder and not here. */
  taken,
});
export type SnapshotWritten = z.infer<typeof written>;

/** What a project's team shares, as text in the project's folder, for git (desktop/engine/src/features/snapshot/SPEC.md). */
export const snapshot = {
  /** Takes in what the folder has, then makes it say what is known here. BAD_REQUEST for a damaged one: then nothing is taken or written. */
  write: mutation(z.object({ projectId }), written),
  /**
   * Takes in what is new; nothing here is ever removed. A device without work of its own looks into the snapshot's team as a
   * guest. CONFLICT where it works in another team, NOT_FOUND without a snapshot, BAD_REQUEST for a damaged one.
   */
  read: mutation(z.object({ projectId }), taken),
  /** A number for everything that is shown of a project (notes, threads, models, approvals, members): equal where all of that is. */
  view: query(
    z.object({ projectId }),
    z.object({ hash: z.string(), notes: z.number(), threads: z.number(), versions: z.number() }),
  ),
};
