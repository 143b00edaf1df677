import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Point } from '../features/metrics/point.ts';
import type { Fields } from './fields.ts';
import { get, offsetOf, sendPieces, type Route } from './route.ts';
import { runIdOf } from './run-routes.ts';
import { metricToWire } from './run-wire.ts';

/** MLflow's own limits of the bulk routes, which its pages call. */
const bulk = { runs: 100, points: 25_000, pointsPerRun: 2500 } as const;

export const metricRoutes: readonly Route[] = [
  get('metrics/get-history', async ({ services, fields, reply }) => {
    const key = fields.text('metric_key');
    const limit = fields.optionalInteger('max_results');
    if (limit !== undefined && limit < 1)
      throw new BenchmateError(
        'BAD_REQUEST',
        `Invalid value ${limit} for parameter 'max_results' supplied. It must be a positive integer.`,
      );
    const offset = offsetOf(fields.optionalText('page_token'));
    return sendPieces(reply, await services.long.history(runIdOf(fields), { key, limit: limit ?? -1, offset }));
  }),
  get('metrics/get-history-bulk', async ({ services, fields }) => {
    const runIds = checkCount(fields.texts('run_id'), 'run_id').toSorted();
    const key = fields.text('metric_key');
    const limit = Math.min(fields.optionalInteger('max_results') ?? bulk.points, bulk.points);
    const metrics = [];
    for (const runId of new Set(runIds)) {
      const points = await known(services.metrics.page(runId, key, Math.max(limit - metrics.length, 0)));
      metrics.push(...points.map(point => ({ ...metricToWire(key, point), run_id: runId })));
    }
    return { metrics };
  }),
  get('metrics/get-history-bulk-interval', async ({ services, fields }) => {
    const runIds = checkCount(fields.texts('run_ids'), 'run_ids');
    const key = fields.text('metric_key');
    const most = fields.optionalInteger('max_results') ?? bulk.pointsPerRun;
    if (most < 1 || most > bulk.pointsPerRun)
      throw new BenchmateError('BAD_REQUEST', `max_results must be between 1 and ${bulk.pointsPerRun}.`);
    const steps = stepsOf(fields);
    const metrics = [];
    for (const runId of runIds) {
      // MLflow takes every so many; here no extreme is lost.
      const points = await known(services.metrics.history(runId, key, Math.max(most, 2), steps));
      const shown = most === 1 ? points.slice(-1) : points;
      metrics.push(...shown.map(point => ({ ...metricToWire(key, point), run_id: runId })));
    }
    return { metrics };
  }),
];

/** None for an unknown run: MLflow's answer. */
async function known(asked: Promise<{ points: readonly Point[] }>): Promise<readonly Point[]> {
  try {
    return (await asked).points;
  } catch (error) {
    if (error instanceof BenchmateError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}

function stepsOf(fields: Fields): { from: number; to: number } {
  const from = fields.optionalInteger('start_step');
  const to = fields.optionalInteger('end_step');
  if ((from === undefined) !== (to === undefined))
    throw new BenchmateError('BAD_REQUEST', 'Give both start_step and end_step, or neither.');
  if (from !== undefined && to !== undefined && from > to)
    throw new BenchmateError('BAD_REQUEST', `end_step ${to} is below start_step ${from}.`);
  return { from: from ?? -Infinity, to: to ?? Infinity };
}

function checkCount(runIds: string[], field: string): string[] {
  if (runIds.length === 0) throw new BenchmateError('BAD_REQUEST', `Missing value for required parameter '${field}'.`);
  if (runIds.length <= bulk.runs) return runIds;
  throw new BenchmateError('BAD_REQUEST', `At most ${bulk.runs} ${field} in one request: there are ${runIds.length}.`);
}
