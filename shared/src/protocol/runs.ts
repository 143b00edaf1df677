import { z } from 'zod';
import { run } from '../domain/run.ts';
import { mutation, query, subscription } from './contract.ts';

export const runs = {
  /** Newest first. `cursor` is opaque and comes from the page before. */
  list: query(
    z.object({
      projectId: z.string().optional(),
      limit: z.number().int().min(1).max(1000).default(100),
      cursor: z.string().optional(),
      /** Case-insensitive part of the name. */
      search: z.string().optional(),
    }),
    z.object({ runs: z.array(run), total: z.number().int(), cursor: z.string().nullable() }),
  ),
  /** `runId` or a prefix of at least 4 digits, or a unique name. NOT_FOUND, or BAD_REQUEST when more than one fits. */
  get: query(z.object({ runId: z.string() }), run),
  rename: mutation(z.object({ runId: z.string(), name: z.string().min(1).max(250) }), run),
  /** Runs that are new, changed or deleted, at most four times a second each. */
  changes: subscription(z.object({ projectId: z.string().optional() }), z.array(run)),
};
