import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { FilesTask } from '@benchmate/shared/domain/files-task';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import type { Clock, Random } from '../../host/clock.ts';
import type { Progress } from '../../host/progress.ts';
import { Tasks } from '../../host/tasks.ts';
import { BlobRequests } from '../../replication/blobs/blob-requests.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { stateFact } from '../../replication/feeds/state-fact.ts';
import type { TeamSync } from '../../replication/sync/team-sync.ts';
import type { ArtifactsService } from '../artifacts/service.ts';
import type { RegistryService } from '../registry/service.ts';
import type { ModelFilePlaces } from './places.ts';
import type { FilesResult } from './result.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';

export interface ModelFilesParts {
  registry: RegistryService;
  artifacts: ArtifactsService;
  places: ModelFilePlaces;
  current: CurrentTeam;
  sync: TeamSync;
  clock: Clock;
  random: Random;
}

type Request = Pick<FilesTask, 'kind' | 'model' | 'version'>;

/** Brings files of registered versions to the team's server and from it. */
export class ModelFilesService {
  readonly #parts: ModelFilesParts;
  readonly #tasks: Tasks<FilesTask>;

  constructor(parts: ModelFilesParts) {
    this.#parts = parts;
    this.#tasks = new Tasks(parts);
  }

  /** The task that does the same already, if there is one. */
  async begin({ kind, model, version: number }: Request): Promise<FilesTask> {
    const version = await this.#parts.registry.getVersion({ model, version: number });
    const same = this.#tasks
      .running()
      .find(task => task.kind === kind && task.model === model && task.version === number);
    if (same) return same;
    return this.#tasks.begin({ kind, model, version: number }, progress =>
      kind === 'push' ? this.#push(version, progress) : this.#pull(version, progress),
    );
  }

  wait(taskId: string, withinMs: number, signal: AbortSignal): Promise<FilesTask> {
    return this.#tasks.wait(taskId, withinMs, signal);
  }

  cancel(taskId: string): FilesTask {
    return this.#tasks.cancel(taskId);
  }

  isBusy(): boolean {
    return this.#tasks.running().length > 0;
  }

  close(): Promise<void> {
    return this.#tasks.close();
  }

  async #push(version: ModelVersion, progress: Progress): Promise<FilesResult> {
    const { artifacts, places, current, clock } = this.#parts;
    const { replica } = current;
    const { model, versionId, registeredBy, files: stated } = version;
    const name = `${model} v${version.version}`;
    if (!stated && registeredBy.device !== replica.keys.device)
      throw new BenchmateError(
        'FORBIDDEN',
        `${name} was registered on another device (${registeredBy.name}).`,
        `Ask for \`benchmate registry push ${model} ${version.version}\` there.`,
      );
    const folder = await places.folderOf(version);
    if (!folder)
      throw new BenchmateError(
        'NOT_FOUND',
        `The files of ${name} are not on this machine.`,
        'Share them from where they are.',
      );
    const { files, result } = await push({ artifacts, folder, requests: this.#requests(), stated }, progress);
    if (!stated) await stateFact(replica, clock, () => ({ kind: 'model.version-shared', model, versionId, files }));
    return result;
  }

  async #pull(version: ModelVersion, progress: Progress): Promise<FilesResult> {
    const { places } = this.#parts;
    const { files, model, registeredBy } = version;
    if (await places.folderOf(version)) {
      const { count = 0, sizeBytes = 0 } = files ?? {};
      return { files: count, sizeBytes, movedBytes: 0 };
    }
    if (!files)
      throw new BenchmateError(
        'NOT_FOUND',
        `The files of ${model} v${version.version} were not shared.`,
        `Ask ${registeredBy.name} for \`benchmate registry push ${model} ${version.version}\`.`,
      );
    const { manifest } = files;
    const order = { files, staging: places.staging(manifest), target: places.target(manifest) };
    try {
      return await pull({ ...order, requests: this.#requests() }, progress);
    } catch (error) {
      // After a move to another server, or one that was restored: its facts are there, the files are not.
      if (!(error instanceof BenchmateError) || error.code !== 'NOT_FOUND') throw error;
      throw new BenchmateError(
        'NOT_FOUND',
        `The sync server does not have the files of ${model} v${version.version}.`,
        `Ask whoever has them for \`benchmate registry push ${model} ${version.version}\`.`,
      );
    }
  }

  #requests(): BlobRequests {
    const { sync, current } = this.#parts;
    const { serverUrl } = sync.settings;
    if (serverUrl === null)
      throw new BenchmateError(
        'OFFLINE',
        'Files are shared through a sync server, and none is chosen.',
        'Choose one with `benchmate sync connect <url>`.',
      );
    return new BlobRequests({ serverUrl, teamId: current.teamId, keys: current.replica.keys });
  }
}
