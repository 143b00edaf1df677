import type { Descriptions } from './description.ts';
import { list, shared, text } from './schema.ts';

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
    alsoAnswers: { 206: 'The range that was asked for.', 416: 'The range begins behind the end.' },
  },
  'PUT artifacts/*': { does: 'Uploads a file; it appears as a whole or not at all.', bytes: 'takes' },
  'DELETE artifacts/*': { does: 'Deletes a file, or a folder with all that is in it.' },
};
