import { z } from 'zod';
import { note } from '../domain/note.ts';
import { mutation, query, subscription } from './contract.ts';

export const notes = {
  list: query(z.object({ projectId: z.string().optional() }), z.array(note)),
  get: query(z.object({ noteId: z.string() }), note),
  create: mutation(
    z.object({ projectId: z.string(), title: z.string().min(1).max(200), body: z.string().max(1_000_000).default('') }),
    note,
  ),
  /**
   * Replaces the body by the smallest text change, so that a concurrent edit elsewhere in the note survives. Give `base`,
   * the text that the edit began from: then what arrived since it was read survives, too.
   */
  write: mutation(
    z.object({
      noteId: z.string(),
      body: z.string().max(1_000_000),
      base: z.string().max(1_000_000).optional(),
    }),
    note,
  ),
  changes: subscription(z.void(), note),
};
