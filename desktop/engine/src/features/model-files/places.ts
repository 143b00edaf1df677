import { join } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import { pulledFolder, type ArtifactsService } from '../artifacts/service.ts';
import { artifactPathOf } from '../artifacts/uri.ts';
import { safePath } from '../artifacts/path.ts';
import type { LoggedModelsService } from '../logged-models/service.ts';
import type { RunsService } from '../runs/service.ts';

export interface PlacesParts {
  dataDir: string;
  artifacts: ArtifactsService;
  runs: RunsService;
  loggedModels: LoggedModelsService;
}

/** Where on this machine the files of a version are. */
export class ModelFilePlaces {
  readonly #parts: PlacesParts;

  constructor(parts: PlacesParts) {
    this.#parts = parts;
  }

  /** A folder below the artifact folder that holds files; null where they are not here. */
  async folderOf(version: Pick<ModelVersion, 'source' | 'files'>): Promise<string | null> {
    const candidates = [
      version.files && `${pulledFolder}/${version.files.manifest}`,
      ...this.#registeredFrom(version.source),
    ];
    for (const folder of candidates) if (folder && (await this.#parts.artifacts.list(folder)).length > 0) return folder;
    return null;
  }

  /** The same as a URI for MLflow's client. Throws NOT_FOUND, and how to get them, where they are only with the team. */
  async uriOf(version: ModelVersion, registeredFrom: (source: string) => string): Promise<string> {
    const folder = await this.folderOf(version);
    if (folder?.startsWith(`${pulledFolder}/`)) return `mlflow-artifacts:/${folder}`;
    if (folder || !version.files) return registeredFrom(version.source);
    const { model, version: number } = version;
    throw new BenchmateError(
      'NOT_FOUND',
      `The files of ${model} v${number} are not on this machine.`,
      `Get them with \`benchmate registry pull ${model} ${number}\`.`,
    );
  }

  target(manifest: string): string {
    return join(this.#parts.dataDir, 'artifacts', pulledFolder, manifest);
  }

  staging(manifest: string): string {
    return join(this.#parts.dataDir, 'pulls', manifest);
  }

  /** Where a source of ours leads to on the machine that it was registered on. */
  #registeredFrom(source: string): string[] {
    const { runs, loggedModels } = this.#parts;
    return ifKnown(() => {
      const [, modelId] = /^models:\/(m-[0-9a-f]{32})$/.exec(source) ?? [];
      if (modelId) return [artifactPathOf(loggedModels.get(modelId).artifactUri).join('/')];
      if (!source.startsWith('runs:/')) return [artifactPathOf(source).join('/')];
      const [runId = '', ...path] = safePath(source.slice('runs:/'.length));
      const run = runs.get(runId);
      // MLflow 3 keeps the model of a run beside it, under the name that the path gives.
      const named = loggedModels.ofRun(runId, path.join('/')).map(({ artifactUri }) => artifactUri);
      return [[run.artifactUri, ...path].join('/'), ...named].map(uri => artifactPathOf(uri).join('/'));
    });
  }
}

/** A source may name what only another machine has. */
function ifKnown(find: () => string[]): string[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof BenchmateError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST')) return [];
    throw error;
  }
}
