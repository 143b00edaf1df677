import { z } from 'zod';
import { metricValue } from './metric.ts';
import { runStatus } from './run.ts';

/** Metrics of a shared run that have a curve; of further ones only the last value goes along. */
export const mostCurves = 500;

const text = (most: number) => z.string().max(most);
const pairs = (most: number) => z.record(text(500), text(most));

/**
 * The points of one metric. `steps` and `times` (milliseconds since 1970 UTC) are differences to the point before, the first one
 * to 0. `total`: how many points its author has; when there are more than here, each extreme of the curve is among these.
 */
const sharedCurve = z
  .object({
    key: text(500),
    total: z.number().int().positive(),
    steps: z.array(z.number().int()).min(1).max(1000),
    times: z.array(z.number().int()).min(1).max(1000),
    values: z.array(metricValue).min(1).max(1000),
  })
  .refine(({ steps, times, values }) => steps.length === times.length && steps.length === values.length);

/** What a teammate gets of a run: all of its numbers, none of its files, and no path of its author's machine. */
export const sharedRun = z.object({
  v: z.literal(1),
  runId: z.string().regex(/^[0-9a-f]{32}$/),
  projectId: text(250),
  experimentName: text(500).min(1),
  name: text(500),
  status: runStatus,
  startTime: z.number().int(),
  endTime: z.number().int().nullable(),
  /** When its author shared it first, and last: milliseconds since 1970 UTC. */
  since: z.number().int(),
  at: z.number().int(),
  params: pairs(8000),
  tags: pairs(8000),
  datasets: z.array(z.object({ name: text(500), digest: text(100), context: text(500).nullable() })).max(100),
  curves: z.array(sharedCurve).max(20_000),
});
export type SharedRun = z.infer<typeof sharedRun>;

/** Whether a run is seen by the team, as its page says it. Times are milliseconds since 1970 UTC. */
export const runSharing = z.discriminatedUnion('kind', [
  /** `refusal`: why it cannot be shared; null when it can. */
  z.object({ kind: z.literal('private'), refusal: z.string().nullable() }),
  z.object({ kind: z.literal('shared'), at: z.number() }),
  /** `thinned`: its author has curves with more points. */
  z.object({ kind: z.literal('received'), by: z.string(), at: z.number(), thinned: z.boolean() }),
]);
export type RunSharing = z.infer<typeof runSharing>;
