import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Fields } from './fields.ts';
import { conditionsOf, orderOf } from './filter/check.ts';
import { registeredModelSearch } from './filter/kinds.ts';
import { checkKey, checkLength, limits } from './limits.ts';
import { modelToWire, newestOf, versionToWire } from './registry-wire.ts';
import { searchModels } from './registry-search.ts';
import { del, get, nextPage, offsetOf, pageSize, patch, post, type Call, type Route } from './route.ts';

/** Registered models and their aliases. */
export const modelRoutes: readonly Route[] = [
  post('registered-models/create', async ({ services, fields }) => {
    const model = await services.registry.createModel({
      model: checkModelName(fields.text('name'), 'name'),
      description: fields.optionalText('description'),
      tags: tagsOf(fields),
    });
    return { registered_model: modelToWire(model) };
  }),
  get('registered-models/get', async ({ services, fields }) => ({
    registered_model: modelToWire(await services.registry.getModel(fields.text('name'))),
  })),
  get('registered-models/search', async ({ services, fields }) => {
    const limit = pageSize(fields, 100, 1000);
    const offset = offsetOf(fields.optionalText('page_token'));
    const conditions = conditionsOf(fields.optionalText('filter'), registeredModelSearch);
    const order = orderOf(fields.texts('order_by'), registeredModelSearch);
    const found = searchModels(await services.registry.listModels(), conditions, order);
    const next = offset + limit < found.length ? offset + limit : null;
    return { registered_models: found.slice(offset, offset + limit).map(modelToWire), ...nextPage(next) };
  }),
  post('registered-models/rename', async ({ services, fields }) => {
    const to = checkModelName(fields.text('new_name'), 'new_name');
    return { registered_model: modelToWire(await services.registry.renameModel(fields.text('name'), to)) };
  }),
  patch('registered-models/update', async ({ services, fields }) => {
    const name = fields.text('name');
    await services.registry.describe(name, null, fields.optionalText('description'));
    return { registered_model: modelToWire(await services.registry.getModel(name)) };
  }),
  del('registered-models/delete', async ({ services, fields }) => {
    await services.registry.deleteModel(fields.text('name'));
    return {};
  }),
  post('registered-models/get-latest-versions', latestVersions),
  get('registered-models/get-latest-versions', latestVersions),
  post('registered-models/set-tag', async ({ services, fields }) => {
    const { key, value } = tagOf(fields);
    await services.registry.setTag(fields.text('name'), null, key, value);
    return {};
  }),
  del('registered-models/delete-tag', async ({ services, fields }) => {
    await services.registry.deleteTag(fields.text('name'), null, fields.text('key'));
    return {};
  }),
  post('registered-models/alias', async ({ services, fields }) => {
    await services.registry.setAlias(fields.text('name'), checkAlias(fields.text('alias')), versionOf(fields));
    return {};
  }),
  del('registered-models/alias', async ({ services, fields }) => {
    await services.registry.removeAlias(fields.text('name'), fields.text('alias'));
    return {};
  }),
  get('registered-models/alias', async ({ services, fields }) => {
    const name = fields.text('name');
    const version = await services.registry.getByAlias(name, fields.text('alias'));
    return { model_version: versionToWire(version, await services.registry.getModel(name)) };
  }),
];

export function versionOf(fields: Fields): number {
  const version = fields.optionalInteger('version');
  if (version !== undefined && version > 0) return version;
  throw bad(`Parameter 'version' must be an integer, got '${fields.has('version') ? version : ''}'.`);
}

export function tagOf(fields: Fields): { key: string; value: string } {
  const value = checkLength(fields.optionalText('value'), limits.modelTagValue, 'value');
  return { key: checkKey(fields.text('key'), 'key'), value };
}

export const tagsOf = (fields: Fields): Record<string, string> =>
  Object.fromEntries(
    fields.objects('tags').map(tag => {
      const { key, value } = tagOf(tag);
      return [key, value] as const;
    }),
  );

/** Models have no stages here, so the newest version is the latest of the only stage, "None". */
async function latestVersions({ services, fields }: Call) {
  const model = await services.registry.getModel(fields.text('name'));
  const stages = fields.texts('stages').map(stage => stage.toLowerCase());
  const newest = newestOf(model);
  const wanted = newest && (stages.length === 0 || stages.includes('none'));
  return { model_versions: wanted ? [versionToWire(newest, model)] : [] };
}

function checkModelName(name: string, path: string): string {
  if (!name.trim() || /[/:]/.test(name) || name === '.' || name === '..')
    throw bad(`Invalid model name '${name}' for '${path}'. Names cannot contain '/' or ':'.`);
  return checkLength(name, limits.key, path);
}

function checkAlias(alias: string): string {
  if (!/^[\w-]+$/.test(alias))
    throw bad(`Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`);
  if (/^(latest|v\d+)$/i.test(alias)) throw bad(`Alias name '${alias}' is reserved.`);
  return checkLength(alias, limits.key, 'alias');
}

const bad = (message: string) => new BenchmateError('BAD_REQUEST', message);
