import { z } from 'zod';
import { fileReview } from '../domain/file-review.ts';
import type { MetricValue } from '../domain/metric.ts';
import { note } from '../domain/note.ts';
import { registeredModel } from '../domain/registry.ts';
import { thread } from '../domain/review.ts';
import { run } from '../domain/run.ts';

/** `archive.json`: what the archive is, and how much is in it. */
const archiveHead = z.object({
  format: z.literal('benchmate-archive'),
  v: z.literal(1),
  /** Of the Benchmate that wrote it. */
  version: z.string(),
  createdAt: z.iso.datetime(),
  team: z.object({ id: z.string(), name: z.string() }),
  /** The project that it is about; null for everything that was here. */
  project: z.object({ projectId: z.string(), name: z.string() }).nullable(),
  counts: z.object({
    runs: z.number().int(),
    points: z.number().int(),
    models: z.number().int(),
    notes: z.number().int(),
    threads: z.number().int(),
  }),
});
export type ArchiveHead = z.infer<typeof archiveHead>;

/** A line of `models.jsonl`: a model as it is, and every fact about it in causal order, those without effect with the reason. */
const archivedModel = registeredModel.extend({
  history: z.array(
    z.object({
      at: z.string(),
      name: z.string(),
      sentence: z.string(),
      entry: z.string(),
      ignored: z.string().nullable(),
    }),
  ),
});
export type ArchivedModel = z.infer<typeof archivedModel>;

/** A line of `lineage.jsonl`: from which run a version came, and which aliases point to it. */
const lineageEdge = z.object({
  model: z.string(),
  version: z.number().int().positive(),
  versionId: z.string(),
  runId: z.string().nullable(),
  /** Whether that run is in this archive. */
  runIsHere: z.boolean(),
  source: z.string(),
  aliases: z.array(z.string()),
});
export type LineageEdge = z.infer<typeof lineageEdge>;

/** What `view/<runId>.js` hands to the archive's page: of each metric the points to draw, by step. */
export type DrawnCurves = [key: string, points: [step: number, value: MetricValue][]][];

const files = {
  'archive.json': { schema: archiveHead, lines: false },
  'runs.jsonl': { schema: run, lines: true },
  'models.jsonl': { schema: archivedModel, lines: true },
  'notes.jsonl': { schema: note, lines: true },
  'threads.jsonl': { schema: thread, lines: true },
  'file-reviews.jsonl': { schema: fileReview, lines: true },
  'lineage.jsonl': { schema: lineageEdge, lines: true },
};

/**
 * JSON Schema (2020-12) of an archive. The definition under a file's name holds for that file, or for each line of it if it
 * ends in `.jsonl`. `series/<runId>.csv` (RFC 4180) has the columns key, step, timestamp, value.
 */
export function archiveSchema(): Record<string, unknown> {
  const definitions = Object.entries(files).map(([name, { schema, lines }]) => {
    const { $schema: _, ...definition } = z.toJSONSchema(schema);
    return [name, { title: lines ? `A line of ${name}` : name, ...definition }];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Benchmate archive, version 1',
    description:
      'The definition under the name of a file holds for that file, or for each line of it if the name ends in .jsonl. Times are milliseconds since 1970 UTC, or ISO 8601.',
    $defs: Object.fromEntries(definitions) as Record<string, unknown>,
  };
}
