import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { get, nextPage, offsetOf, type Route } from './route.ts';
import { runIdOf } from './run-routes.ts';
import { metricToWire } from './run-wire.ts';

const pointsPerRun = 2500;

export const metricRoutes: readonly Route[] = [
  get('metrics/get-history', ({ services, fields }) => {
    const key = fields.text('metric_key');
    const limit = fields.optionalInteger('max_results');
    if (limit !== undefined && limit < 1)
      throw new BenchmateError(
        'BAD_REQUEST',
        `Invalid value ${limit} for parameter 'max_results' supplied. It must be a positive integer.`,
      );
    const offset = offsetOf(fields.optionalText('page_token'));
    const points = services.metrics.page(runIdOf(fields), key, limit === undefined ? -1 : limit + 1, offset);
    const more = limit !== undefined && points.length > limit;
    const page = more ? points.slice(0, limit) : points;
    return { metrics: page.map(point => metricToWire(key, point)), ...nextPage(more ? offset + limit : null) };
  }),
  get('metrics/get-history-bulk-interval', ({ services, fields }) => {
    const key = fields.text('metric_key');
    const runIds = fields.texts('run_ids');
    if (runIds.length === 0 || runIds.length > 100) throw new BenchmateError('BAD_REQUEST', 'Give 1 to 100 run_ids.');
    const most = Math.min(Math.max(fields.optionalInteger('max_results') ?? pointsPerRun, 2), pointsPerRun);
    const from = fields.optionalInteger('start_step') ?? -Infinity;
    const to = fields.optionalInteger('end_step') ?? Infinity;
    const metrics = runIds.flatMap(runId =>
      services.metrics
        .history(runId, key, most)
        .points.filter(({ step }) => step >= from && step <= to)
        .map(point => ({ ...metricToWire(key, point), run_id: runId })),
    );
    return { metrics };
  }),
];
