import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { conditionsOf, orderOf } from './filter/check.ts';
import { checkSource, filesUriOf } from './model-source.ts';
import { versionFilter, versionOrder } from './registry-kinds.ts';
import { hiddenTags, modelNameOf, deletedTagKeyOf, tagOf, tagsOf, toStage, versionRefOf } from './registry-names.ts';
import { searchVersions } from './registry-search.ts';
import { versionToWire } from './registry-wire.ts';
import { possibleDuplicateTag } from './repeated-creates.ts';
import { del, get, nextPage, offsetOf, pageSize, patch, post, type Call, type Route } from './route.ts';

/** Model versions. */
export const versionRoutes: readonly Route[] = [
  {
    ...post('model-versions/create', createVersion),
    creates: {
      nameOf: answer => versionName((answer as Awaited<ReturnType<typeof createVersion>>).model_version),
      flag: ({ registry }, earlier, name) => {
        const [version = '', ...model] = earlier.split('/').toReversed();
        return registry.setTag(model.toReversed().join('/'), Number(version), possibleDuplicateTag, name);
      },
    },
  },
  get('model-versions/get', oneVersion),
  get('model-versions/get-download-uri', async ({ services, fields }) => {
    const version = await services.registry.getVersion(versionRefOf(fields));
    return { artifact_uri: await filesUriOf(version, services) };
  }),
  get('model-versions/search', async ({ services, fields }) => {
    const limit = pageSize(fields, 10_000, 200_000);
    const offset = offsetOf(fields.optionalText('page_token'));
    const conditions = conditionsOf(fields.optionalText('filter'), versionFilter);
    const order = orderOf(fields.texts('order_by'), versionOrder);
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
    const { model, version } = versionRefOf(call.fields);
    await call.services.registry.describe(model, version, call.fields.optionalText('description'));
    return oneVersion(call);
  }),
  del('model-versions/delete', async ({ services, fields }) => {
    await services.registry.deleteVersion(versionRefOf(fields));
    return {};
  }),
  post('model-versions/set-tag', async ({ services, fields }) => {
    const { model, version } = versionRefOf(fields);
    const { key, value } = tagOf(fields);
    await services.registry.setTag(model, version, key, value);
    return {};
  }),
  del('model-versions/delete-tag', async ({ services, fields }) => {
    const { model, version } = versionRefOf(fields);
    await services.registry.deleteTag(model, version, deletedTagKeyOf(fields));
    return {};
  }),
  post('model-versions/transition-stage', async call => {
    const { services, fields } = call;
    const stage = toStage(fields.text('stage'));
    const archiveOthers = fields.boolean('archive_existing_versions');
    if (archiveOthers && stage !== 'Staging' && stage !== 'Production')
      throw new BenchmateError(
        'BAD_REQUEST',
        `Model version transition cannot archive existing model versions because '${stage}' is not an Active stage.`,
        'Valid stages are Staging and Production.',
      );
    await services.registry.stage(versionRefOf(fields), stage, archiveOthers);
    return oneVersion(call);
  }),
];

async function createVersion({ services, fields }: Call) {
  const name = modelNameOf(fields);
  const tags = tagsOf(fields);
  const { source, shown, runId, files } = await checkSource(
    {
      source: fields.text('source'),
      runId: fields.optionalText('run_id') || null,
      modelId: fields.optionalText('model_id') || null,
    },
    services,
  );
  const runLink = fields.optionalText('run_link');
  const model = await services.registry.getModel(name);
  const version = await services.registry.registerVersion({
    model: name,
    source,
    runId,
    files,
    description: fields.optionalText('description'),
    tags: {
      ...tags,
      ...(shown === source ? {} : { [hiddenTags.source]: shown }),
      ...(runLink ? { [hiddenTags.runLink]: runLink } : {}),
    },
  });
  return { model_version: versionToWire(version, model) };
}

const versionName = ({ name, version }: { name: string; version: string }) => `${name}/${version}`;

async function oneVersion({ services, fields }: Call) {
  const ref = versionRefOf(fields);
  const version = await services.registry.getVersion(ref);
  return { model_version: versionToWire(version, await services.registry.getModel(ref.model)) };
}
