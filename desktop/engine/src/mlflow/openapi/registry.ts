import { nextPageToken, page, type Descriptions } from './description.ts';
import { boolean, choice, list, shared, text, type FieldSchemas, type Schema } from './schema.ts';

const upTo = (maximum: number): Schema => ({ type: 'integer', minimum: 1, maximum });
/** MLflow sends versions as text. */
const versionNumber: Schema = { oneOf: [{ type: 'string', pattern: '^[1-9]\\d{0,8}$' }, upTo(999_999_999)] };
const aModel: FieldSchemas = { 'name!': text };
const aVersion: FieldSchemas = { 'name!': text, 'version!': versionNumber };
const tag: FieldSchemas = { 'key!': text, value: text };
const theModel: FieldSchemas = { 'registered_model!': shared('RegisteredModel') };
const theVersion: FieldSchemas = { 'model_version!': shared('ModelVersion') };
const latestVersions = {
  does: 'The newest version of each stage.',
  takes: { ...aModel, stages: list(choice('None', 'Staging', 'Production', 'Archived')) },
  gives: { model_versions: list(shared('ModelVersion')) },
};

/** Registered models, their versions and aliases. */
export const registryDescriptions: Descriptions = {
  'POST registered-models/create': {
    does: 'Makes a model.',
    takes: { ...aModel, description: text, tags: list(shared('Tag')) },
    gives: theModel,
  },
  'GET registered-models/get': { does: 'One model.', takes: aModel, gives: theModel },
  'GET registered-models/search': {
    does: 'Models that meet a filter.',
    takes: { filter: text, order_by: list(text), ...page(upTo(1000)) },
    gives: { registered_models: list(shared('RegisteredModel')), ...nextPageToken },
  },
  'POST registered-models/rename': {
    does: 'Renames a model.',
    takes: { ...aModel, 'new_name!': text },
    gives: theModel,
  },
  'PATCH registered-models/update': {
    does: 'Describes a model.',
    takes: { ...aModel, description: text },
    gives: theModel,
  },
  'DELETE registered-models/delete': { does: 'Deletes a model with its versions.', takes: aModel },
  'POST registered-models/get-latest-versions': latestVersions,
  'GET registered-models/get-latest-versions': latestVersions,
  'POST registered-models/set-tag': { does: 'Sets a tag.', takes: { ...aModel, ...tag } },
  'DELETE registered-models/delete-tag': { does: 'Removes a tag.', takes: { ...aModel, 'key!': text } },
  'POST registered-models/alias': {
    does: 'Promotes a version to an alias; the rules of the team may refuse it.',
    takes: { ...aVersion, 'alias!': text },
  },
  'DELETE registered-models/alias': { does: 'Takes an alias away.', takes: { ...aModel, 'alias!': text } },
  'GET registered-models/alias': {
    does: 'The version that an alias points to.',
    takes: { ...aModel, 'alias!': text },
    gives: theVersion,
  },

  'POST model-versions/create': {
    does: 'Registers files of a run or a logged model as the next version of a model.',
    takes: {
      ...aModel,
      'source!': text,
      run_id: text,
      model_id: text,
      run_link: text,
      description: text,
      tags: list(shared('Tag')),
    },
    gives: theVersion,
  },
  'GET model-versions/get': { does: 'One version.', takes: aVersion, gives: theVersion },
  'GET model-versions/get-download-uri': {
    does: 'Where the files of a version are.',
    takes: aVersion,
    gives: { 'artifact_uri!': text },
  },
  'GET model-versions/search': {
    does: 'Versions that meet a filter.',
    takes: { filter: text, order_by: list(text), ...page(upTo(200_000)) },
    gives: { model_versions: list(shared('ModelVersion')), ...nextPageToken },
  },
  'PATCH model-versions/update': {
    does: 'Describes a version.',
    takes: { ...aVersion, description: text },
    gives: theVersion,
  },
  'DELETE model-versions/delete': { does: 'Deletes a version; its aliases go with it.', takes: aVersion },
  'POST model-versions/set-tag': { does: 'Sets a tag.', takes: { ...aVersion, ...tag } },
  'DELETE model-versions/delete-tag': { does: 'Removes a tag.', takes: { ...aVersion, 'key!': text } },
  'POST model-versions/transition-stage': {
    does: 'Moves a version to a stage, which MLflow has deprecated: use an alias.',
    takes: {
      ...aVersion,
      'stage!': choice('None', 'Staging', 'Production', 'Archived'),
      archive_existing_versions: boolean,
    },
    gives: theVersion,
  },
};
