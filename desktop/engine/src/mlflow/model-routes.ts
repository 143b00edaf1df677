import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { conditionsOf, orderOf } from './filter/check.ts';
import { modelFilter, modelOrder } from './registry-kinds.ts';
import {
  aliasOf,
  checkModelName,
  isLatest,
  modelNameOf,
  newAliasOf,
  deletedTagKeyOf,
  tagOf,
  tagsOf,
  toStage,
  versionRefOf,
} from './registry-names.ts';
import { promptTag, searchModels } from './registry-search.ts';
import { latestOf, modelToWire, versionToWire } from './registry-wire.ts';
import { del, get, nextPage, offsetOf, pageSize, patch, post, type Call, type Route } from './route.ts';

/** Registered models and their aliases. */
export const modelRoutes: readonly Route[] = [
  post('registered-models/create', async ({ services, fields }) => {
    const tags = tagsOf(fields);
    if (tags[promptTag]?.toLowerCase() === 'true')
      throw new BenchmateError('NOT_SUPPORTED', "Benchmate does not support 'prompts' of MLflow.", 'It has models.');
    const description = fields.optionalText('description');
    const model = await services.registry.createModel({ model: modelNameOf(fields), description, tags });
    return { registered_model: modelToWire(model) };
  }),
  get('registered-models/get', async ({ services, fields }) => ({
    registered_model: modelToWire(await services.registry.getModel(modelNameOf(fields))),
  })),
  get('registered-models/search', async ({ services, fields }) => {
    const limit = pageSize(fields, 100, 1000);
    const offset = offsetOf(fields.optionalText('page_token'));
    const conditions = conditionsOf(fields.optionalText('filter'), modelFilter);
    const order = orderOf(fields.texts('order_by'), modelOrder);
    const found = searchModels(await services.registry.listModels(), conditions, order);
    const next = offset + limit < found.length ? offset + limit : null;
    return { registered_models: found.slice(offset, offset + limit).map(modelToWire), ...nextPage(next) };
  }),
  post('registered-models/rename', async ({ services, fields }) => {
    const to = checkModelName(fields.text('new_name'), 'new_name');
    return { registered_model: modelToWire(await services.registry.renameModel(modelNameOf(fields), to)) };
  }),
  patch('registered-models/update', async ({ services, fields }) => {
    const name = modelNameOf(fields);
    await services.registry.describe(name, null, fields.optionalText('description'));
    return { registered_model: modelToWire(await services.registry.getModel(name)) };
  }),
  del('registered-models/delete', async ({ services, fields }) => {
    await services.registry.deleteModel(modelNameOf(fields));
    return {};
  }),
  post('registered-models/get-latest-versions', latestVersions),
  get('registered-models/get-latest-versions', latestVersions),
  post('registered-models/set-tag', async ({ services, fields }) => {
    const { key, value } = tagOf(fields);
    await services.registry.setTag(modelNameOf(fields), null, key, value);
    return {};
  }),
  del('registered-models/delete-tag', async ({ services, fields }) => {
    await services.registry.deleteTag(modelNameOf(fields), null, deletedTagKeyOf(fields));
    return {};
  }),
  post('registered-models/alias', async ({ services, fields }) => {
    const alias = newAliasOf(fields);
    const { model, version } = versionRefOf(fields);
    await services.registry.setAlias(model, alias, version);
    return {};
  }),
  del('registered-models/alias', async ({ services, fields }) => {
    await services.registry.removeAlias(modelNameOf(fields), aliasOf(fields));
    return {};
  }),
  get('registered-models/alias', async ({ services, fields }) => {
    const name = modelNameOf(fields);
    const alias = aliasOf(fields);
    const model = await services.registry.getModel(name);
    const version = isLatest(alias) ? model.versions.at(-1) : await services.registry.getByAlias(name, alias);
    if (!version) throw new BenchmateError('NOT_FOUND', `Latest version not found for model ${name}.`);
    return { model_version: versionToWire(version, model) };
  }),
];

/** The newest version of each stage that is asked for; of all without any. */
async function latestVersions({ services, fields }: Call) {
  const model = await services.registry.getModel(modelNameOf(fields));
  const stages = fields.texts('stages').map(toStage);
  const latest = latestOf(model).filter(({ stage }) => stages.length === 0 || stages.includes(stage));
  return { model_versions: latest.map(version => versionToWire(version, model)) };
}
