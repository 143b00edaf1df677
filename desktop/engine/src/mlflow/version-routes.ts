import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { conditionsOf, orderOf } from './filter/check.ts';
import { modelVersionSearch } from './filter/kinds.ts';
import { checkSource, downloadUriOf } from './model-source.ts';
import { tagOf, tagsOf, versionOf } from './model-routes.ts';
import { versionToWire } from './registry-wire.ts';
import { searchVersions } from './registry-search.ts';
import { del, get, nextPage, offsetOf, pageSize, patch, post, type Call, type Route } from './route.ts';

/** Model versions. */
export const versionRoutes: readonly Route[] = [
  post('model-versions/create', async ({ services, fields }) => {
    const given = {
      source: fields.text('source'),
      runId: fields.optionalText('run_id') || null,
      modelId: fields.optionalText('model_id') || null,
    };
    const { source, runId } = await checkSource(given, services);
    const version = await services.registry.registerVersion({
      model: fields.text('name'),
      source,
      runId,
      description: fields.optionalText('description'),
      tags: tagsOf(fields),
    });
    return { model_version: versionToWire(version) };
  }),
  get('model-versions/get', oneVersion),
  get('model-versions/get-download-uri', async ({ services, fields }) => {
    const { source } = await services.registry.getVersion(refOf(fields));
    return { artifact_uri: downloadUriOf(source, services) };
  }),
  get('model-versions/search', async ({ services, fields }) => {
    const limit = pageSize(fields, 10_000, 200_000);
    const offset = offsetOf(fields.optionalText('page_token'));
    const conditions = conditionsOf(fields.optionalText('filter'), modelVersionSearch);
    const order = orderOf(fields.texts('order_by'), modelVersionSearch);
    const models = await services.registry.listModels();
    const found = searchVersions(models, conditions, order);
    const next = offset + limit < found.length ? offset + limit : null;
    const page = found.slice(offset, offset + limit);
    const modelOf = new Map(models.map(model => [model.name, model]));
    return {
      model_versions: page.map(version => versionToWire(version, modelOf.get(version.model))),
      ...nextPage(next),
    };
  }),
  patch('model-versions/update', async call => {
    const { model, version } = refOf(call.fields);
    if (call.fields.has('description'))
      await call.services.registry.describe(model, version, call.fields.optionalText('description'));
    return oneVersion(call);
  }),
  del('model-versions/delete', async ({ services, fields }) => {
    await services.registry.deleteVersion(refOf(fields));
    return {};
  }),
  post('model-versions/set-tag', async ({ services, fields }) => {
    const { model, version } = refOf(fields);
    const { key, value } = tagOf(fields);
    await services.registry.setTag(model, version, key, value);
    return {};
  }),
  del('model-versions/delete-tag', async ({ services, fields }) => {
    const { model, version } = refOf(fields);
    await services.registry.deleteTag(model, version, fields.text('key'));
    return {};
  }),
  post('model-versions/transition-stage', () => {
    throw new BenchmateError(
      'BAD_REQUEST',
      'Stages, which MLflow has deprecated, do not exist here.',
      'Set an alias instead, for example `champion`.',
    );
  }),
];

const refOf = (fields: Call['fields']) => ({ model: fields.text('name'), version: versionOf(fields) });

async function oneVersion({ services, fields }: Call) {
  const ref = refOf(fields);
  const version = await services.registry.getVersion(ref);
  return { model_version: versionToWire(version, await services.registry.getModel(ref.model)) };
}
