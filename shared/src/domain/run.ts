import { z } from 'zod';
import { metricPoint } from './metric.ts';

export const runStatus = z.enum(['SCHEDULED', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED']);
export type RunStatus = z.infer<typeof runStatus>;

/** One execution of training code, as MLflow knows it. Times are milliseconds since 1970 UTC. */
export const run = z.object({
  /** 32 hexadecimal digits. */
  runId: z.string(),
  name: z.string(),
  experimentId: z.string(),
  experimentName: z.string(),
  /** The project it belongs to; null when it was logged from outside any project. */
  projectId: z.string().nullable(),
  /** The job that started it; null when it was started by hand. */
  jobId: z.string().nullable(),
  status: runStatus,
  startTime: z.number(),
  endTime: z.number().nullable(),
  params: z.record(z.string(), z.string()),
  /** Latest point by key: highest step, then timestamp, then value. */
  metrics: z.record(z.string(), metricPoint),
  /** In lists and announcements, of a run with very many metrics: how many are not in `metrics`. `runs.get` gives all. */
  metricsLeftOut: z.number().int().positive().optional(),
  tags: z.record(z.string(), z.string()),
  artifactUri: z.string(),
  /** True in an announcement: it was deleted and belongs to no list any more. */
  deleted: z.literal(true).optional(),
});
export type Run = z.infer<typeof run>;
