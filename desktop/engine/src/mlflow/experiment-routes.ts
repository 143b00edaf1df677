import type { Experiment } from '../features/experiments/experiment.ts';
import { experimentNumber } from '../features/experiments/service.ts';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Fields } from './fields.ts';
import { conditionsOf, orderOf } from './filter/check.ts';
import { experimentSearch } from './filter/kinds.ts';
import { checkKey, checkLength, limits } from './limits.ts';
import { get, nextStart, pageSize, post, startOf, type Call, type Route } from './route.ts';

export const experimentRoutes: readonly Route[] = [
  post('experiments/create', async ({ services, fields }) => {
    const experimentId = await services.experiments.create({
      name: checkLength(fields.text('name'), limits.experimentName, 'name'),
      artifactLocation: fields.optionalText('artifact_location'),
      tags: fields.keyValues('tags').map(({ key, value }) => [checkKey(key, 'key'), checkValue(value)] as const),
    });
    return { experiment_id: experimentId };
  }),
  get('experiments/get', ({ services, fields }) => ({
    experiment: toWire(services.experiments.get(fields.text('experiment_id'))),
  })),
  get('experiments/get-by-name', ({ services, fields }) => ({
    experiment: toWire(services.experiments.getByName(fields.text('experiment_name'))),
  })),
  post('experiments/search', search),
  get('experiments/search', search),
  post('experiments/search-datasets', ({ services, fields }) => {
    const ids = experimentIdsOf(fields);
    if (ids.length < 1 || ids.length > 20) throw new BenchmateError('BAD_REQUEST', 'Give 1 to 20 experiment_ids.');
    return {
      dataset_summaries: services.runs.datasetsOf(ids).map(({ experimentId, context, ...dataset }) => ({
        experiment_id: experimentId,
        ...dataset,
        ...(context === null ? {} : { context }),
      })),
    };
  }),
  post('experiments/update', async ({ services, fields }) => {
    const id = fields.text('experiment_id');
    await services.experiments.rename(id, checkLength(fields.text('new_name'), limits.experimentName, 'new_name'));
    return {};
  }),
  post('experiments/delete', async ({ services, fields }) => {
    const id = fields.text('experiment_id');
    if (id === '0') throw new BenchmateError('BAD_REQUEST', 'The default experiment cannot be deleted.');
    await services.experiments.setLifecycle(id, 'deleted');
    return {};
  }),
  post('experiments/restore', async ({ services, fields }) => {
    await services.experiments.setLifecycle(fields.text('experiment_id'), 'active');
    return {};
  }),
  post('experiments/set-experiment-tag', async ({ services, fields }) => {
    const key = checkKey(fields.text('key'), 'key');
    await services.experiments.setTag(fields.text('experiment_id'), key, checkValue(fields.optionalText('value')));
    return {};
  }),
  post('experiments/delete-experiment-tag', async ({ services, fields }) => {
    await services.experiments.deleteTag(fields.text('experiment_id'), fields.text('key'));
    return {};
  }),
];

/** Each is a whole number; there may be no such experiment. */
export const experimentIdsOf = (fields: Fields) =>
  fields.texts('experiment_ids').map(id => String(experimentNumber(id)));

/** Which lifecycle stages a search sees. */
export const viewTypeOf = (fields: Fields, name: string) =>
  fields.choice(name, ['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'], 'ACTIVE_ONLY' as const);

function search({ services, fields }: Call) {
  const page = services.experiments.search({
    conditions: conditionsOf(fields.optionalText('filter'), experimentSearch),
    order: orderOf(fields.texts('order_by'), experimentSearch),
    view: viewTypeOf(fields, 'view_type'),
    limit: pageSize(fields, 1000, 50_000),
    ...startOf(fields.optionalText('page_token')),
  });
  return { experiments: page.items.map(toWire), ...nextStart(page.next) };
}

const checkValue = (value: string) => checkLength(value, limits.experimentTagValue, 'value');

const toWire = (experiment: Experiment) => ({
  experiment_id: experiment.experimentId,
  name: experiment.name,
  artifact_location: experiment.artifactLocation,
  lifecycle_stage: experiment.lifecycle,
  last_update_time: experiment.updatedAt,
  creation_time: experiment.createdAt,
  tags: Object.entries(experiment.tags).map(([key, value]) => ({ key, value })),
  // The only one where there are no workspaces.
  workspace: 'default',
});
