import { z } from 'zod';

/** What somebody looks at. It goes to everybody in the team with each move, so it is small; it is stored nowhere. */
export const evidencePlace = z.object({
  /** What the thing is called there: a run's name, a page's title, a file's name. */
  title: z.string().min(1).max(200),
  /** Address of the companion's page that shows it; null where none does. */
  path: z
    .string()
    .max(1000)
    .regex(/^\/(?!\/)/)
    .nullable(),
  /** The chart, and the step in it, that the pointer is on. */
  metric: z.string().min(1).max(250).nullable().default(null),
  step: z.number().nullable().default(null),
  /** The heading that stands above what is looked at. */
  section: z.string().min(1).max(200).nullable().default(null),
  /** A file of a project; `line` counts from 0. */
  file: z
    .object({ projectId: z.string().max(100), path: z.string().max(1000), line: z.number().int().min(0) })
    .nullable()
    .default(null),
});
export type EvidencePlace = z.infer<typeof evidencePlace>;

/** A teammate's device that is there now. What it says of itself is its word alone; who it is follows from the membership. */
export const present = z.object({
  device: z.string(),
  person: z.string(),
  name: z.string(),
  /** Null: there, and looking at nothing in particular, or not telling. */
  place: evidencePlace.nullable(),
});
export type Present = z.infer<typeof present>;
