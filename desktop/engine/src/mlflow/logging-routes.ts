import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { LoggedModelsService } from '../features/logged-models/service.ts';
import type { LoggedPoint } from '../features/metrics/point.ts';
import type { Batch } from '../features/runs/service.ts';
import type { Fields } from './fields.ts';
import { checkCount, checkKey, cut, limits } from './limits.ts';
import { post, type MlflowServices, type Route } from './route.ts';
import { ofKnownRun, runIdOf } from './run-routes.ts';

/** The routes of a training loop: one small write each. */
export const loggingRoutes: readonly Route[] = [
  post('runs/log-metric', async ({ services, fields }) => {
    const runId = runIdOf(fields);
    const metric = ofKnownRun(services, runId, () => metricOf(fields, ''));
    await log(services, runId, { metrics: [metric], params: [], tags: [] }, [fields]);
    return {};
  }),
  post('runs/log-parameter', async ({ services, fields }) => {
    await services.runs.logBatch(runIdOf(fields), { metrics: [], params: [paramOf(fields, '')], tags: [] });
    return {};
  }),
  post('runs/set-tag', async ({ services, fields }) => {
    await services.runs.logBatch(runIdOf(fields), { metrics: [], params: [], tags: [tagOf(fields, '')] });
    return {};
  }),
  post('runs/log-batch', async ({ services, fields }) => {
    const runId = runIdOf(fields);
    const given = fields.objects('metrics');
    const batch = ofKnownRun(services, runId, () => batchOf(fields, given));
    await log(services, runId, batch, given);
    return {};
  }),
];

function batchOf(fields: Fields, given: readonly Fields[]): Batch {
  const params = fields.objects('params').map((param, index) => paramOf(param, `params[${index}].`));
  const tags = fields.objects('tags').map((tag, index) => tagOf(tag, `tags[${index}].`));
  checkCount(given.length, limits.metricsPerBatch, 'metrics');
  checkCount(params.length, limits.paramsPerBatch, 'params');
  checkCount(tags.length, limits.tagsPerBatch, 'tags');
  checkCount(given.length + params.length + tags.length, limits.entitiesPerBatch, 'metrics, params, and tags');
  refuseTwice(params);
  return { metrics: given.map((metric, index) => metricOf(metric, `metrics[${index}].`)), params, tags };
}

function metricOf(fields: Fields, path: string): LoggedPoint {
  const key = checkKey(fields.text('key'), `${path}name`);
  const timestamp = fields.integer('timestamp');
  if (timestamp < 0)
    throw new BenchmateError(
      'BAD_REQUEST',
      `Invalid value ${timestamp} for parameter '${path}timestamp' supplied: it must be 0 or more.`,
    );
  return {
    key,
    value: fields.double('value'),
    timestamp,
    step: fields.optionalInteger('step') ?? 0,
  };
}

/** Too long values are cut, as MLflow does it: a training script must not end over a long text. */
function paramOf(fields: Fields, path: string): { key: string; value: string } {
  return {
    key: checkKey(fields.text('key'), `${path}key`),
    value: cut(fields.optionalText('value'), limits.paramValue),
  };
}

function tagOf(fields: Fields, path: string): { key: string; value: string } {
  return { key: checkKey(fields.text('key'), `${path}key`), value: cut(fields.optionalText('value'), limits.tagValue) };
}

/** Within one request even the same value twice is refused, as MLflow does. */
function refuseTwice(params: readonly { key: string }[]): void {
  const keys = new Set<string>();
  for (const { key } of params) {
    if (keys.has(key))
      throw new BenchmateError('BAD_REQUEST', `Duplicate parameter keys have been submitted: ['${key}'].`);
    keys.add(key);
  }
}

/**
 * A metric that names a model belongs to that model as well. An unknown model is refused before anything is written, and
 * the model gets nothing that the run refuses. The answer comes after both commits, and a repeated request adds nothing.
 */
async function log(services: MlflowServices, runId: string, batch: Batch, given: readonly Fields[]): Promise<void> {
  const ofModels: Parameters<LoggedModelsService['logMetrics']>[0][number][] = [];
  for (const [index, fields] of given.entries()) {
    const modelId = fields.optionalText('model_id');
    const metric = batch.metrics[index];
    if (!modelId || !metric) continue;
    const dataset = {
      datasetName: fields.optionalText('dataset_name') || null,
      datasetDigest: fields.optionalText('dataset_digest') || null,
    };
    ofModels.push({ modelId, metric: { ...metric, ...dataset, runId } });
  }
  for (const { modelId } of ofModels) services.loggedModels.get(modelId, true);
  await services.runs.logBatch(runId, batch);
  if (ofModels.length > 0) await services.loggedModels.logMetrics(ofModels);
}
