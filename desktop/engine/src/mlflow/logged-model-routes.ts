import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { LoggedModel, LoggedModelStatus } from '../features/logged-models/logged-model.ts';
import type { ModelOrder } from '../features/logged-models/search-sql.ts';
import { listBelow } from './artifact-wire.ts';
import { experimentIdsOf } from './experiment-routes.ts';
import type { Fields } from './fields.ts';
import { conditionsOf } from './filter/check.ts';
import { loggedModelSearch } from './filter/kinds.ts';
import { checkLength, limits } from './limits.ts';
import { metricNumber } from './metric-number.ts';
import { del, get, nextStart, pageSize, patch, post, startOf, type Route } from './route.ts';

const toStatus: Readonly<Record<string, LoggedModelStatus>> = {
  LOGGED_MODEL_PENDING: 'PENDING',
  LOGGED_MODEL_READY: 'READY',
  LOGGED_MODEL_UPLOAD_FAILED: 'FAILED',
};

export const loggedModelRoutes: readonly Route[] = [
  post('logged-models', async ({ services, fields }) => {
    const model = await services.loggedModels.create({
      experimentId: fields.text('experiment_id'),
      name: checkName(fields.optionalText('name')),
      modelType: fields.optionalText('model_type'),
      sourceRunId: fields.optionalText('source_run_id') || null,
      params: keyValues(fields, 'params'),
      tags: keyValues(fields, 'tags'),
    });
    return { model: toWire(model) };
  }),
  post('logged-models/search', ({ services, fields }) => {
    if (!fields.has('experiment_ids'))
      throw new BenchmateError('BAD_REQUEST', "Missing value for required parameter 'experiment_ids'.");
    const page = services.loggedModels.search({
      experimentIds: experimentIdsOf(fields),
      conditions: conditionsOf(fields.optionalText('filter'), loggedModelSearch),
      datasets: fields.objects('datasets').map(dataset => ({
        name: dataset.text('dataset_name'),
        digest: dataset.optionalText('dataset_digest') || null,
      })),
      order: fields.objects('order_by').map(orderOf),
      limit: pageSize(fields, 100, 50_000),
      ...startOf(fields.optionalText('page_token')),
    });
    return { models: page.items.map(toWire), ...nextStart(page.next) };
  }),
  get('logged-models/:modelId', ({ services, fields, params }) => ({
    model: toWire(services.loggedModels.get(idOf(params), fields.boolean('allow_deleted'))),
  })),
  patch('logged-models/:modelId', async ({ services, fields, params }) => {
    const status = toStatus[fields.choice('status', Object.keys(toStatus), '')];
    if (!status) throw new BenchmateError('BAD_REQUEST', "Missing value for required parameter 'status'.");
    return { model: toWire(await services.loggedModels.finalize(idOf(params), status)) };
  }),
  del('logged-models/:modelId', async ({ services, params }) => {
    await services.loggedModels.delete(idOf(params));
    return {};
  }),
  post('logged-models/:modelId/params', async ({ services, fields, params }) => {
    await services.loggedModels.logParams(idOf(params), keyValues(fields, 'params'));
    return {};
  }),
  patch('logged-models/:modelId/tags', async ({ services, fields, params }) => ({
    model: toWire(await services.loggedModels.setTags(idOf(params), keyValues(fields, 'tags'))),
  })),
  del('logged-models/:modelId/tags/:key', async ({ services, params }) => {
    await services.loggedModels.deleteTag(idOf(params), params['key'] ?? '');
    return {};
  }),
  get('logged-models/:modelId/artifacts/directories', async ({ services, fields, params }) => {
    const { artifactUri } = services.loggedModels.get(idOf(params));
    const below = fields.optionalText('artifact_directory_path');
    return { root_uri: artifactUri, files: await listBelow(services.artifacts, artifactUri, below) };
  }),
];

const idOf = (params: Readonly<Record<string, string>>) => params['modelId'] ?? '';

function checkName(name: string): string {
  if (/[/:.%"']/.test(name))
    throw new BenchmateError('BAD_REQUEST', `Invalid model name ('${name}'): it cannot contain any of / : . % " '`);
  return name;
}

const keyValues = (fields: Fields, name: string) =>
  fields.keyValues(name).map(({ key, value }) => ({
    key: checkLength(key, limits.key, `${name}.key`),
    value: checkLength(value, limits.modelTagValue, `${name}.value`),
  }));

const orderOf = (order: Fields): ModelOrder => ({
  field: order.text('field_name'),
  ascending: order.has('ascending') ? order.boolean('ascending') : true,
  dataset: {
    name: order.optionalText('dataset_name') || null,
    digest: order.optionalText('dataset_digest') || null,
  },
});

/** Message `LoggedModel`. */
const toWire = (model: LoggedModel) => ({
  info: {
    model_id: model.modelId,
    experiment_id: model.experimentId,
    name: model.name,
    creation_timestamp_ms: model.createdAt,
    last_updated_timestamp_ms: model.updatedAt,
    artifact_uri: model.artifactUri,
    status: Object.keys(toStatus).find(name => toStatus[name] === model.status),
    model_type: model.modelType,
    source_run_id: model.sourceRunId ?? '',
    tags: model.tags,
  },
  data: {
    params: model.params,
    metrics: model.metrics.map(metric => ({
      key: metric.key,
      value: metricNumber(metric.value),
      timestamp: metric.timestamp,
      step: metric.step,
      model_id: model.modelId,
      run_id: metric.runId,
      ...(metric.datasetName === null ? {} : { dataset_name: metric.datasetName }),
      ...(metric.datasetDigest === null ? {} : { dataset_digest: metric.datasetDigest }),
    })),
  },
});
