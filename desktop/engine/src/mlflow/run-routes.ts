import { runStatus } from '@benchmate/shared/domain/run';
import type { DatasetInput, ModelLink } from '../features/runs/run-record.ts';
import { viewTypeOf } from './experiment-routes.ts';
import type { Fields } from './fields.ts';
import { conditionsOf, orderOf } from './filter/check.ts';
import { runSearch } from './filter/kinds.ts';
import { checkKey, checkLength, cut, limits } from './limits.ts';
import { get, nextPage, offsetOf, pageSize, post, type Route } from './route.ts';
import { runInfoToWire, runToWire } from './run-wire.ts';

export const runRoutes: readonly Route[] = [
  post('runs/create', async ({ services, fields, request }) => {
    const run = await services.runs.create({
      experimentId: fields.optionalText('experiment_id') || '0',
      name: fields.optionalText('run_name'),
      userId: fields.optionalText('user_id'),
      startTime: fields.optionalInteger('start_time') ?? 0,
      tags: fields
        .keyValues('tags')
        .map(({ key, value }) => ({ key: checkKey(key, 'tags.key'), value: cut(value, limits.tagValue) })),
      jobId: request.identity?.kind === 'job' ? request.identity.jobId : null,
    });
    return { run: runToWire(run) };
  }),
  get('runs/get', ({ services, fields }) => ({ run: runToWire(services.runs.get(runIdOf(fields))) })),
  post('runs/update', async ({ services, fields }) => {
    const run = await services.runs.update(runIdOf(fields), {
      status: fields.choice('status', runStatus.options, null),
      endTime: fields.optionalInteger('end_time') ?? null,
      name: fields.optionalText('run_name') || null,
    });
    return { run_info: runInfoToWire(run) };
  }),
  post('runs/delete', async ({ services, fields }) => {
    await services.runs.setLifecycle(runIdOf(fields), 'deleted');
    return {};
  }),
  post('runs/restore', async ({ services, fields }) => {
    await services.runs.setLifecycle(runIdOf(fields), 'active');
    return {};
  }),
  post('runs/search', ({ services, fields }) => {
    const page = services.runs.search({
      experimentIds: fields.texts('experiment_ids'),
      conditions: conditionsOf(fields.optionalText('filter'), runSearch),
      order: orderOf(fields.texts('order_by'), runSearch),
      view: viewTypeOf(fields, 'run_view_type'),
      limit: pageSize(fields, 1000, limits.runsPerSearch),
      offset: offsetOf(fields.optionalText('page_token')),
    });
    return { runs: page.items.map(runToWire), ...nextPage(page.nextOffset) };
  }),
  post('runs/delete-tag', async ({ services, fields }) => {
    await services.runs.deleteTag(runIdOf(fields), fields.text('key'));
    return {};
  }),
  post('runs/log-inputs', async ({ services, fields }) => {
    const models = fields.objects('models').map(model => linkOf(model, 'input'));
    await services.runs.logInputs(runIdOf(fields), fields.objects('datasets').map(datasetOf), models);
    return {};
  }),
  post('runs/outputs', async ({ services, fields }) => {
    await services.runs.logInputs(
      runIdOf(fields),
      [],
      fields.objects('models').map(model => linkOf(model, 'output')),
    );
    return {};
  }),
];

/** Clients send the old name beside the new one. */
export const runIdOf = (fields: Fields) => fields.oneOf('run_id', 'run_uuid');

const linkOf = (model: Fields, direction: ModelLink['direction']): ModelLink => ({
  direction,
  modelId: model.text('model_id'),
  step: model.optionalInteger('step') ?? 0,
});

function datasetOf(input: Fields): DatasetInput {
  const dataset = input.object('dataset');
  return {
    name: checkLength(dataset.text('name'), 500, 'dataset.name'),
    digest: checkLength(dataset.text('digest'), 36, 'dataset.digest'),
    sourceType: dataset.optionalText('source_type'),
    source: dataset.optionalText('source'),
    schema: dataset.has('schema') ? dataset.optionalText('schema') : null,
    profile: dataset.has('profile') ? dataset.optionalText('profile') : null,
    tags: input.keyValues('tags'),
  };
}
