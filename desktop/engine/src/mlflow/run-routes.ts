import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { RunStatus } from '@benchmate/shared/domain/run';
import type { DatasetInput, ModelLink } from '../features/runs/run-record.ts';
import { experimentIdsOf, viewTypeOf } from './experiment-routes.ts';
import { Fields, isLeftAside } from './fields.ts';
import { conditionsOf, orderOf } from './filter/check.ts';
import { runSearch } from './filter/kinds.ts';
import { checkKey, checkLength, cut, limits } from './limits.ts';
import { possibleDuplicateTag } from './repeated-creates.ts';
import {
  get,
  pageSize,
  startOf,
  post,
  sendJson,
  sendPieces,
  type Call,
  type MlflowServices,
  type Route,
} from './route.ts';
import { runInfoToWire, runToWire } from './run-wire.ts';

export const runRoutes: readonly Route[] = [
  {
    ...post('runs/create', createRun),
    creates: {
      nameOf: answer => (answer as Awaited<ReturnType<typeof createRun>>).run.info.run_id,
      flag: ({ runs }, earlier, runId) =>
        runs.logBatch(earlier, { metrics: [], params: [], tags: [{ key: possibleDuplicateTag, value: runId }] }),
    },
  },
  get('runs/get', async ({ services, fields, reply }) => {
    const answer = await services.long.run(runIdOf(fields));
    return answer instanceof Uint8Array ? sendJson(reply, answer) : answer;
  }),
  post('runs/update', async ({ services, fields }) => {
    const runId = runIdOf(fields);
    const change = ofKnownRun(services, runId, () => ({
      name: fields.optionalText('run_name') || null,
      status: fields.choice('status', statuses, null),
      endTime: fields.optionalInteger('end_time') ?? null,
    }));
    return { run_info: runInfoToWire(await services.runs.update(runId, change)) };
  }),
  post('runs/delete', async ({ services, fields }) => {
    await services.runs.setLifecycle(runIdOf(fields), 'deleted');
    return {};
  }),
  post('runs/restore', async ({ services, fields }) => {
    await services.runs.setLifecycle(runIdOf(fields), 'active');
    return {};
  }),
  post('runs/search', async ({ services, fields, reply }) => {
    const pieces = await services.long.searchRuns({
      experimentIds: experimentIdsOf(fields),
      conditions: conditionsOf(fields.optionalText('filter'), runSearch),
      order: orderOf(fields.texts('order_by'), runSearch),
      view: viewTypeOf(fields, 'run_view_type'),
      limit: pageSize(fields, 1000, limits.runsPerSearch),
      ...startOf(fields.optionalText('page_token')),
    });
    return sendPieces(reply, pieces);
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
  post('runs/log-model', async ({ services, fields }) => {
    const model = historyOf(fields.text('model_json'));
    await services.runs.changeTag(runIdOf(fields), modelHistoryTag, before => {
      const models: unknown = before === undefined ? [] : parsed(before);
      return JSON.stringify([...(Array.isArray(models) ? models : []), model]);
    });
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

/** In the order of MLflow's numbers for them. */
const statuses: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];

/** The tag in which clients before MLflow 3 keep the models that a run made: a JSON list. */
const modelHistoryTag = 'mlflow.log-model.history';

/** What of a model's own description belongs there. */
function historyOf(modelJson: string): object {
  const model = new Fields(parsed(modelJson), { path: 'model_json' });
  const flavors: Record<string, unknown> = {};
  for (const [name, flavor] of Object.entries(model.values('flavors'))) {
    const { config: _, ...kept } = (typeof flavor === 'object' ? flavor : {}) as Record<string, unknown>;
    flavors[name] = typeof flavor === 'object' ? kept : flavor;
  }
  return {
    run_id: model.text('run_id'),
    artifact_path: model.text('artifact_path'),
    utc_time_created: model.text('utc_time_created'),
    model_uuid: model.optionalText('model_uuid') || null,
    flavors,
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new BenchmateError('BAD_REQUEST', 'Malformed model info: model_json is not valid JSON.');
  }
}

async function createRun({ services, fields, request }: Call) {
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
}

/** Clients send the old name beside the new one. */
export const runIdOf = (fields: Fields) => fields.oneOf('run_id', 'run_uuid');

/** What MLflow leaves aside is refused here, but as late as it would matter there: an unknown run is named first. */
export function ofKnownRun<T>({ runs }: MlflowServices, runId: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isLeftAside(error)) runs.checkKnown(runId);
    throw error;
  }
}

const linkOf = (model: Fields, direction: ModelLink['direction']): ModelLink => ({
  direction,
  modelId: model.text('model_id'),
  step: model.optionalInteger('step') ?? 0,
});

function datasetOf(input: Fields): DatasetInput {
  const dataset = input.object('dataset');
  const required = (name: 'name' | 'digest' | 'source_type' | 'source') =>
    checkLength(dataset.presentText(name), limits.dataset[name], name);
  const optional = (name: 'schema' | 'profile') =>
    dataset.has(name) ? checkLength(dataset.optionalText(name), limits.dataset[name], name) : null;
  return {
    name: required('name'),
    digest: required('digest'),
    sourceType: required('source_type'),
    source: required('source'),
    schema: optional('schema'),
    profile: optional('profile'),
    tags: input.keyValues('tags').map(({ key, value }) => ({
      key: checkLength(key, limits.dataset.tagKey, 'key'),
      value: checkLength(value, limits.dataset.tagValue, 'value'),
    })),
  };
}
