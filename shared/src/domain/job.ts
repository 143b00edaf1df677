import { z } from 'zod';

/** `lost`: its process vanished without writing an exit code (power cut, kill -9 of the supervisor). */
export const jobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'lost']);
export type JobState = z.infer<typeof jobState>;

export const terminalJobStates: ReadonlySet<JobState> = new Set(['succeeded', 'failed', 'cancelled', 'lost']);

/** One command in this machine's queue. Times are milliseconds since 1970 UTC. */
export const job = z.object({
  jobId: z.string(),
  name: z.string(),
  projectId: z.string().nullable(),
  /** Working directory, absolute. */
  dir: z.string(),
  command: z.array(z.string()).min(1),
  /** Param overrides, dotted key → value, handed to the command as `--set key=value`. */
  params: z.record(z.string(), z.string()),
  state: jobState,
  /** Place in the queue from 1; null once started. */
  position: z.number().int().nullable(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  exitCode: z.number().int().nullable(),
  /** Why it ended as it did, as one sentence; empty while all is well. */
  message: z.string(),
  /** Runs that it logged so far. */
  runIds: z.array(z.string()),
  /** Latest step and total, where the run says so (tags `benchmate.step`, param `epochs`); null when unknown. */
  progress: z.object({ done: z.number(), total: z.number().nullable() }).nullable(),
});
export type Job = z.infer<typeof job>;
