import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { ModelVersion, VersionFiles } from '@benchmate/shared/domain/registry';
import { checkArtifactUri } from '../features/artifacts/uri.ts';
import { safePath } from '../features/artifacts/path.ts';
import type { MlflowServices } from './route.ts';

export interface Source {
  /** Where the files are, whatever becomes of the version that was named. */
  source: string;
  /** What MLflow shows as the source. */
  shown: string;
  runId: string | null;
  /** What the team's server has of another version that this is a copy of. */
  files: VersionFiles | null;
}

/**
 * Where a new model version's files are. Only what this engine keeps is taken: a logged model, another version, a run's
 * folder, or artifacts of the named run or model. Everything else (files of this machine, other hosts, any `..`) is
 * refused with BAD_REQUEST, whatever tags come along.
 */
export async function checkSource(
  given: { source: string; runId: string | null; modelId: string | null },
  services: MlflowServices,
): Promise<Source> {
  const { source, runId, modelId } = given;
  if (source.startsWith('models:/')) return fromModels(source.slice('models:/'.length), given, services);
  if (source.startsWith('runs:/')) {
    const [sourceRun = ''] = safePathOf(source.slice('runs:/'.length), source);
    if (runId !== sourceRun) throw refused(source, 'it names another run than run_id');
    known(source, () => services.runs.get(sourceRun));
    return { source, shown: source, runId, files: null };
  }
  const parts = checkArtifactUri(source, 'source');
  const root = modelId
    ? known(source, () => services.loggedModels.get(modelId)).artifactUri
    : runId
      ? known(source, () => services.runs.get(runId)).artifactUri
      : null;
  if (!root || !isBelow(parts, checkArtifactUri(root, 'source')))
    throw refused(source, 'run_id or model_id must name the run or logged model that these files belong to');
  return { source, shown: source, runId: runId ?? sourceRunOf(modelId, services), files: null };
}

/** Where the client finds the files: a logged model's own folder instead of its name. */
export function filesUriOf(version: ModelVersion, services: MlflowServices): Promise<string> {
  return services.places.uriOf(version, source => folderOf(source, services));
}

function folderOf(source: string, services: MlflowServices): string {
  const [, modelId] = /^models:\/(m-[0-9a-f]{32})$/.exec(source) ?? [];
  return modelId ? services.loggedModels.get(modelId).artifactUri : source;
}

async function fromModels(
  name: string,
  { source, runId, modelId }: { source: string; runId: string | null; modelId: string | null },
  services: MlflowServices,
): Promise<Source> {
  if (/^m-[0-9a-f]{32}$/.test(name)) {
    if (modelId !== name) throw refused(source, 'it names another model than model_id');
    const { sourceRunId } = known(source, () => services.loggedModels.get(name));
    return { source, shown: source, runId: runId ?? sourceRunId, files: null };
  }
  const [, model, version, alias] = /^([^/:@]+)(?:\/(\d{1,9})|@([\w-]+))$/.exec(name) ?? [];
  if (!model) throw refused(source, 'it names no model version');
  const found = await (alias
    ? services.registry.getByAlias(model, alias)
    : services.registry.getVersion({ model, version: Number(version) }));
  if (runId && runId !== found.runId) throw refused(source, 'it belongs to another run than run_id');
  const shown = `models:/${model}/${found.version}`;
  return { source: found.source, shown, runId: found.runId, files: found.files };
}

/** A run or a logged model that is named wrongly makes the source wrong. */
function known<T>(source: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (error instanceof BenchmateError && error.code === 'NOT_FOUND')
      throw refused(source, 'it names what is not there');
    throw error;
  }
}

function safePathOf(path: string, source: string): string[] {
  if (/[%?#;]/.test(path)) throw refused(source, 'it may hold no encoded characters, query or fragment');
  return safePath(path);
}

const isBelow = (parts: readonly string[], root: readonly string[]) =>
  root.every((part, index) => parts[index] === part);

const sourceRunOf = (modelId: string | null, services: MlflowServices) =>
  modelId ? services.loggedModels.get(modelId).sourceRunId : null;

const refused = (source: string, why: string) =>
  new BenchmateError('BAD_REQUEST', `Invalid model version source: '${source.slice(0, 200)}': ${why}.`);
