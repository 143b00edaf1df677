import type { Descriptions } from './description.ts';
import { count, list, object, shared, text, type FieldSchemas } from './schema.ts';

const ranges = { 206: 'The range that was asked for.', 304: 'It is the one that you have.' };
const anUpload: FieldSchemas = { 'path!': text, 'upload_id!': text };

/** Below `/api/2.0/mlflow`. */
export const runArtifactDescriptions: Descriptions = {
  'GET artifacts/list': {
    does: 'Files of a run.',
    takes: { 'run_id!': text, path: text },
    gives: { root_uri: text, 'files!': list(shared('FileInfo')) },
  },
};

/** Below `/api/2.0/mlflow-artifacts`. */
export const artifactDescriptions: Descriptions = {
  'GET artifacts': {
    does: 'Files in a folder.',
    takes: { path: text },
    gives: { 'files!': list(shared('FileInfo')) },
  },
  'GET artifacts/*': {
    does: 'Downloads a file, or a range of it.',
    bytes: 'gives',
    alsoAnswers: ranges,
  },
  'PUT artifacts/*': { does: 'Uploads a file; it appears as a whole or not at all.', bytes: 'takes' },
  'DELETE artifacts/*': { does: 'Deletes a file, or a folder with all that is in it.' },
  'POST mpu/create/*': {
    does: 'Begins a file that arrives in parts; says where each part goes.',
    takes: { 'path!': text, num_parts: { type: 'integer', minimum: 1, maximum: 10_000 } },
    gives: {
      'upload_id!': text,
      'credentials!': list(
        object({
          'url!': text,
          'part_number!': count,
          'headers!': { type: 'object', additionalProperties: text },
        }),
      ),
    },
  },
  'PUT mpu/parts/:uploadId/:part': {
    does: 'Takes one part; its `ETag` names it when it is completed.',
    bytes: 'takes',
  },
  'POST mpu/complete/*': {
    does: 'Puts the parts together.',
    takes: { ...anUpload, 'parts!': list(object({ 'part_number!': count, 'etag!': text, url: text })) },
  },
  'POST mpu/abort/*': { does: 'Gives an upload up.', takes: anUpload },
  'GET presigned/*': {
    does: 'Where a file can be downloaded in ranges, and with which headers.',
    gives: { 'url!': text, 'headers!': { type: 'object', additionalProperties: text }, 'file_size!': count },
  },
};

/** Files as MLflow's pages fetch them, from the root of the address. */
export const browserArtifactDescriptions: Descriptions = {
  'GET get-artifact': {
    does: 'A file of a run.',
    takes: { run_id: text, run_uuid: text, 'path!': text },
    bytes: 'gives',
    alsoAnswers: ranges,
  },
  'GET model-versions/get-artifact': {
    does: 'A file of a model version.',
    takes: { 'name!': text, 'version!': text, 'path!': text },
    bytes: 'gives',
    alsoAnswers: ranges,
  },
  'GET ajax-api/2.0/mlflow/logged-models/:modelId/artifacts/files': {
    does: 'A file of a logged model.',
    takes: { 'artifact_file_path!': text },
    bytes: 'gives',
    alsoAnswers: ranges,
  },
  'POST ajax-api/2.0/mlflow/upload-artifact': {
    does: 'Uploads a file of a run.',
    asks: { run_id: text, run_uuid: text, 'path!': text },
    bytes: 'takes',
  },
};
