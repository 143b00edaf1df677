import { z } from 'zod';
import { metricPoint } from '../domain/metric.ts';
import { query, subscription } from './contract.ts';

const series = z.object({ runId: z.string(), key: z.string(), points: z.array(metricPoint), total: z.number().int() });

export const metrics = {
  /**
   * Ordered by step, then timestamp. Longer series are thinned by min and max per column of the chart: no extreme is lost.
   * `steps`, both included: that part alone, also in `total`; so a chart that is zoomed in gets finer points.
   */
  history: query(
    z.object({
      runId: z.string(),
      key: z.string(),
      maxPoints: z.number().int().min(2).max(10_000).default(2000),
      steps: z.object({ from: z.number().int(), to: z.number().int() }).optional(),
    }),
    series,
  ),
  /**
   * All points of several metrics of a run, nothing thinned: metric after metric, each by timestamp, from `offset` of the
   * first on, until `limit` points are together. The last metric of a full answer may go on.
   */
  points: query(
    z.object({
      runId: z.string(),
      keys: z.array(z.string()).min(1).max(20),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(20_000).default(10_000),
    }),
    z.array(z.object({ key: z.string(), points: z.array(metricPoint) })),
  ),
  /** Points logged after the subscription began, in batches. */
  watch: subscription(z.object({ runId: z.string() }), z.array(z.object({ key: z.string(), point: metricPoint }))),
};
