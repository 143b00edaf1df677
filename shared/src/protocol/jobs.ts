import { z } from 'zod';
import { job } from '../domain/job.ts';
import { mutation, query, subscription } from './contract.ts';

export const jobs = {
  /** Queues a project's training with changed params, or any command in a folder. */
  submit: mutation(
    z.object({
      projectId: z.string().optional(),
      dir: z.string().optional(),
      /** Default: the project's `train` command. */
      command: z.array(z.string()).min(1).optional(),
      params: z.record(z.string(), z.string()).default({}),
      name: z.string().max(200).optional(),
    }),
    job,
  ),
  /** Running first, then queued in order, then finished, newest first. */
  list: query(z.object({ limit: z.number().int().min(1).max(10_000).default(200) }), z.array(job)),
  get: query(z.object({ jobId: z.string() }), job),
  /** Ends the whole process group: SIGTERM, five seconds later SIGKILL. A finished job stays as it is. */
  cancel: mutation(z.object({ jobId: z.string() }), job),
  /** Output from a byte offset on; at most `limit` bytes, cut at a character. */
  log: query(
    z.object({
      jobId: z.string(),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(1_000_000).default(65_536),
    }),
    z.object({ text: z.string(), nextOffset: z.number().int(), sizeBytes: z.number().int() }),
  ),
  changes: subscription(z.void(), job),
};
