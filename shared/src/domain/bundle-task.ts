import { z } from 'zod';
import { taskShape } from './task.ts';

const exported = z.object({
  kind: z.literal('export'),
  file: z.string(),
  sizeBytes: z.number().int(),
  encrypted: z.boolean(),
  /** What is in the file. */
  entries: z.number().int(),
  documents: z.number().int(),
});

const imported = z.object({
  kind: z.literal('import'),
  /** Who made the bundle, by the name that it states and that its signature holds for. */
  from: z.string(),
  at: z.string(),
  /** Facts that were new here, and documents that changed. */
  entries: z.number().int(),
  documents: z.number().int(),
  /** One sentence for each thing that was not taken. */
  refused: z.array(z.string()),
});

/** Writing a bundle, or taking one in. */
export const bundleTask = z.object({
  ...taskShape,
  kind: z.enum(['export', 'import']),
  result: z.discriminatedUnion('kind', [exported, imported]).nullable(),
});
export type BundleTask = z.infer<typeof bundleTask>;
export type BundleResult = NonNullable<BundleTask['result']>;
export type Exported = z.infer<typeof exported>;
export type Imported = z.infer<typeof imported>;
