import type { SearchKind } from './check.ts';

const attribute = { attribute: 'attribute', attributes: 'attribute', attr: 'attribute', run: 'attribute' } as const;
const tag = { tag: 'tag', tags: 'tag' } as const;
const param = { param: 'param', params: 'param', parameter: 'param', parameters: 'param' } as const;
const metric = { metric: 'metric', metrics: 'metric' } as const;
const dataset = { dataset: 'dataset', datasets: 'dataset' } as const;
const same = (...names: string[]) => Object.fromEntries(names.map(name => [name, name]));

export const runSearch: SearchKind = {
  entities: { ...attribute, ...tag, ...param, ...metric, ...dataset },
  attributes: {
    ...same('run_id', 'run_name', 'user_id', 'status', 'start_time', 'end_time', 'artifact_uri'),
    created: 'start_time',
    Created: 'start_time',
    'run name': 'run_name',
    'Run name': 'run_name',
    'Run Name': 'run_name',
  },
  numbers: new Set(['start_time', 'end_time']),
  lists: new Set(['run_id']),
  sortable: new Set(['run_id', 'run_name', 'user_id', 'status', 'start_time', 'end_time', 'artifact_uri']),
  sortsByKeys: true,
};

const experimentAttributes = ['name', 'experiment_id', 'creation_time', 'last_update_time'];
export const experimentSearch: SearchKind = {
  entities: { attribute: 'attribute', ...tag },
  attributes: same(...experimentAttributes),
  numbers: new Set(['creation_time', 'last_update_time']),
  lists: new Set(),
  integers: new Set(['creation_time', 'last_update_time']),
  ids: new Set(['experiment_id']),
  sortable: new Set(experimentAttributes),
};

const modelTimes = ['creation_timestamp', 'creation_time', 'last_updated_timestamp', 'last_updated_time'];
export const loggedModelSearch: SearchKind = {
  entities: { ...attribute, ...tag, ...param, ...metric },
  attributes: same('name', 'model_id', 'model_type', 'status', 'source_run_id', ...modelTimes),
  numbers: new Set(modelTimes),
  lists: new Set(['name', 'model_id', 'model_type', 'status', 'source_run_id']),
  sortable: new Set(),
};
