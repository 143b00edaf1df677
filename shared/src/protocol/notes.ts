import { z } from 'zod';
import { linkTarget } from '../domain/bench-link.ts';
import { note, noteTitle } from '../domain/note.ts';
import { noteTemplates } from '../domain/note-template.ts';
import { mutation, query, subscription } from './contract.ts';

export const notes = {
  /** `about`: those that are about this thing alone (`run:<whole id>`, `model:<name>`, `dataset:<name>`). */
  list: query(z.object({ projectId: z.string().optional(), about: z.string().optional() }), z.array(note)),
  /** All notes by what they are called, newest first. @since 0.2 */
  titles: query(z.object({ projectId: z.string().optional() }), z.array(noteTitle)),
  get: query(z.object({ noteId: z.string() }), note),
  create: mutation(
    z.object({
      projectId: z.string(),
      title: z.string().min(1).max(200),
      /** Without one it begins as `template` says. */
      body: z.string().max(1_000_000).default(''),
      template: z.enum(noteTemplates).default('empty'),
      /** `run:<id>`, `model:<name>` or `dataset:<name>`; else it is about the project. */
      about: z
        .string()
        .max(500)
        .refine(text => /^(run|model|dataset):/.test(text) && linkTarget(text) === text)
        .optional(),
    }),
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
  /** New notes and other titles, not what is typed in them. @since 0.2 */
  titleChanges: subscription(z.void(), noteTitle),
};
