import { nextPageToken, page, type Descriptions } from './description.ts';
import { boolean, choice, double, integer, list, object, shared, text, type FieldSchemas } from './schema.ts';

const upTo = (maximum: number) => ({ type: 'integer', minimum: 1, maximum });
const viewType = choice('ACTIVE_ONLY', 'DELETED_ONLY', 'ALL');
const aRun: FieldSchemas = { 'run_id!': text };
const anExperiment: FieldSchemas = { 'experiment_id!': text };
const tag: FieldSchemas = { 'key!': text, value: text };
const metric: FieldSchemas = {
  'key!': text,
  'value!': double,
  'timestamp!': { type: 'integer', minimum: 0, maximum: 2 ** 53 - 1 },
  step: integer,
  model_id: text,
  dataset_name: text,
  dataset_digest: text,
};
const searchExperiments: FieldSchemas = {
  filter: text,
  order_by: list(text),
  view_type: viewType,
  ...page(upTo(50_000)),
};
const theModel: FieldSchemas = { 'model!': shared('LoggedModel') };

/** Experiments, runs, metrics and logged models. */
export const trackingDescriptions: Descriptions = {
  'POST experiments/create': {
    does: 'Makes an experiment.',
    takes: { 'name!': text, artifact_location: text, tags: list(shared('Tag')) },
    gives: { 'experiment_id!': text },
  },
  'GET experiments/get': {
    does: 'One experiment.',
    takes: anExperiment,
    gives: { 'experiment!': shared('Experiment') },
  },
  'GET experiments/get-by-name': {
    does: 'One experiment by its name.',
    takes: { 'experiment_name!': text },
    gives: { 'experiment!': shared('Experiment') },
  },
  'POST experiments/search': {
    does: 'Experiments that meet a filter.',
    takes: searchExperiments,
    gives: { 'experiments!': list(shared('Experiment')), ...nextPageToken },
  },
  'GET experiments/search': {
    does: 'Experiments that meet a filter.',
    takes: searchExperiments,
    gives: { 'experiments!': list(shared('Experiment')), ...nextPageToken },
  },
  'POST experiments/update': { does: 'Renames an experiment.', takes: { ...anExperiment, 'new_name!': text } },
  'POST experiments/delete': { does: 'Marks an experiment as deleted.', takes: anExperiment },
  'POST experiments/restore': { does: 'Takes a deletion back.', takes: anExperiment },
  'POST experiments/search-datasets': {
    does: 'Which datasets the runs of these experiments read.',
    takes: { 'experiment_ids!': { ...list(text), minItems: 1, maxItems: 20 } },
    gives: {
      'dataset_summaries!': list(object({ 'experiment_id!': text, 'name!': text, 'digest!': text, context: text })),
    },
  },
  'POST experiments/set-experiment-tag': { does: 'Sets a tag.', takes: { ...anExperiment, ...tag } },
  'POST experiments/delete-experiment-tag': { does: 'Removes a tag.', takes: { ...anExperiment, 'key!': text } },

  'POST runs/create': {
    does: 'Starts a run.',
    takes: {
      experiment_id: text,
      run_name: text,
      user_id: text,
      start_time: integer,
      tags: list(shared('Tag')),
    },
    gives: { 'run!': shared('Run') },
  },
  'GET runs/get': { does: 'One run.', takes: aRun, gives: { 'run!': shared('Run') } },
  'POST runs/update': {
    does: 'Sets status, end or name.',
    takes: {
      ...aRun,
      status: choice('RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'),
      end_time: integer,
      run_name: text,
    },
    gives: { 'run_info!': shared('RunInfo') },
  },
  'POST runs/delete': { does: 'Marks a run as deleted.', takes: aRun },
  'POST runs/restore': { does: 'Takes a deletion back.', takes: aRun },
  'POST runs/search': {
    does: 'Runs that meet a filter.',
    takes: {
      'experiment_ids!': list(text),
      filter: text,
      order_by: list(text),
      run_view_type: viewType,
      ...page(upTo(50_000)),
    },
    gives: { 'runs!': list(shared('Run')), ...nextPageToken },
  },
  'POST runs/log-metric': { does: 'Logs one point.', takes: { ...aRun, ...metric } },
  'POST runs/log-parameter': { does: 'Logs one param.', takes: { ...aRun, ...tag } },
  'POST runs/set-tag': { does: 'Sets one tag.', takes: { ...aRun, ...tag } },
  'POST runs/log-batch': {
    does: 'Logs points, params and tags in one commit.',
    takes: {
      ...aRun,
      metrics: { ...list(object(metric)), maxItems: 1000 },
      params: { ...list(shared('Param')), maxItems: 100 },
      tags: { ...list(shared('Tag')), maxItems: 100 },
    },
  },
  'POST runs/delete-tag': { does: 'Removes a tag.', takes: { ...aRun, 'key!': text } },
  'POST runs/log-inputs': {
    does: 'Notes datasets and models that a run reads.',
    takes: { ...aRun, datasets: list(shared('DatasetInput')), models: list(shared('ModelInput')) },
  },
  'POST runs/outputs': {
    does: 'Notes models that a run made.',
    takes: { ...aRun, models: list(shared('ModelOutput')) },
  },
  'POST runs/log-model': {
    does: 'Notes a model that a run made, as clients before MLflow 3 do.',
    takes: { ...aRun, 'model_json!': text },
  },
  'GET metrics/get-history': {
    does: 'All points of one metric.',
    takes: {
      ...aRun,
      'metric_key!': text,
      max_results: { type: 'integer', minimum: 1 },
      page_token: text,
    },
    gives: { 'metrics!': list(shared('Metric')), ...nextPageToken },
  },
  'GET metrics/get-history-bulk': {
    does: 'Points of one metric of several runs.',
    takes: {
      'run_id!': { ...list(text), minItems: 1, maxItems: 100 },
      'metric_key!': text,
      max_results: integer,
    },
    gives: { 'metrics!': list(shared('Metric')) },
  },
  'GET metrics/get-history-bulk-interval': {
    does: 'Points of one metric of several runs, thinned so that no extreme is lost.',
    takes: {
      'run_ids!': { ...list(text), minItems: 1, maxItems: 100 },
      'metric_key!': text,
      start_step: integer,
      end_step: integer,
      max_results: upTo(2500),
    },
    gives: { 'metrics!': list(shared('Metric')) },
  },

  'POST logged-models': {
    does: 'Makes a logged model.',
    takes: {
      ...anExperiment,
      name: text,
      model_type: text,
      source_run_id: text,
      params: list(shared('Param')),
      tags: list(shared('Tag')),
    },
    gives: theModel,
  },
  'POST logged-models/search': {
    does: 'Logged models that meet a filter.',
    takes: {
      'experiment_ids!': list(text),
      filter: text,
      datasets: list(object({ 'dataset_name!': text, dataset_digest: text })),
      order_by: list(object({ 'field_name!': text, ascending: boolean, dataset_name: text, dataset_digest: text })),
      ...page(upTo(50_000)),
    },
    gives: { 'models!': list(shared('LoggedModel')), ...nextPageToken },
  },
  'GET logged-models/:modelId': { does: 'One logged model.', takes: { allow_deleted: boolean }, gives: theModel },
  'PATCH logged-models/:modelId': {
    does: 'Says that its files are there, or failed.',
    takes: { 'status!': choice('LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED') },
    gives: theModel,
  },
  'DELETE logged-models/:modelId': { does: 'Deletes a logged model.' },
  'POST logged-models/:modelId/params': { does: 'Adds params.', takes: { params: list(shared('Param')) } },
  'PATCH logged-models/:modelId/tags': { does: 'Sets tags.', takes: { tags: list(shared('Tag')) }, gives: theModel },
  'DELETE logged-models/:modelId/tags/:key': { does: 'Removes a tag.' },
  'GET logged-models/:modelId/artifacts/directories': {
    does: 'Files of a logged model.',
    takes: { artifact_directory_path: text },
    gives: { root_uri: text, 'files!': list(shared('FileInfo')) },
  },
};
