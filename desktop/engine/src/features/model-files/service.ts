import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { FilesTask } from '@benchmate/shared/domain/files-task';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import type { Clock, Random } from '../../host/clock.ts';
import { BlobRequests } from '../../replication/blobs/blob-requests.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { stateFact } from '../../replication/feeds/state-fact.ts';
import type { TeamSync } from '../../replication/sync/team-sync.ts';
import type { ArtifactsService } from '../artifacts/service.ts';
import type { RegistryService } from '../registry/service.ts';
import type { ModelFilePlaces } from './places.ts';
import type { FilesProgress, FilesResult } from './progress.ts';
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

interface Running {
  task: FilesTask;
  control: AbortController;
  ended: Promise<void>;
}

const rememberedTasks = 20;

/** Brings files of registered versions to the team's server and from it. */
export class ModelFilesService {
  readonly #parts: ModelFilesParts;
  readonly #tasks = new Map<string, Running>();

  constructor(parts: ModelFilesParts) {
    this.#parts = parts;
  }

  async begin(request: Request): Promise<FilesTask> {
    const { clock, random, registry } = this.#parts;
    const { kind, model, version: number } = request;
    const version = await registry.getVersion({ model, version: number });
    const same = this.#running().find(
      ({ task }) => task.kind === kind && task.model === model && task.version === number,
    );
    if (same) return { ...same.task };
    const task: FilesTask = {
      taskId: Buffer.from(random(6)).toString('hex'),
      kind,
      model,
      version: number,
      state: 'running',
      startedAt: clock.now(),
      step: 'beginning',
      done: 0,
      total: 0,
      result: null,
      error: null,
    };
    const control = new AbortController();
    const tell = (step: string, done: number, total: number) => Object.assign(task, { step, done, total });
    const work =
      kind === 'push'
        ? this.#push(version, { tell, signal: control.signal })
        : this.#pull(version, { tell, signal: control.signal });
    const ended = work.then(
      result => void Object.assign(task, { state: 'done', result, done: task.total }),
      (error: unknown) => {
        const { code, message, nextStep } = toErrorShape(error);
        const state = code === 'CANCELLED' ? 'cancelled' : 'failed';
        Object.assign(task, { state, error: { code, message, nextStep } });
      },
    );
    this.#tasks.set(task.taskId, { task, control, ended });
    for (const [taskId, old] of [...this.#tasks].slice(0, -rememberedTasks))
      if (old.task.state !== 'running') this.#tasks.delete(taskId);
    return { ...task };
  }

  /** Settles at the end of the task, or after `withinMs`. */
  async wait(taskId: string, withinMs: number, signal: AbortSignal): Promise<FilesTask> {
    const { task, ended } = this.#find(taskId);
    let cancel = () => {};
    const late = new Promise<void>(resolve => {
      cancel = this.#parts.clock.after(withinMs, resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([ended, late]);
    cancel();
    return { ...task };
  }

  cancel(taskId: string): FilesTask {
    const { task, control } = this.#find(taskId);
    control.abort();
    return { ...task };
  }

  isBusy(): boolean {
    return this.#running().length > 0;
  }

  async close(): Promise<void> {
    const running = this.#running();
    for (const { control } of running) control.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }

  async #push(version: ModelVersion, progress: FilesProgress): Promise<FilesResult> {
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

  async #pull(version: ModelVersion, progress: FilesProgress): Promise<FilesResult> {
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

  #running(): Running[] {
    return [...this.#tasks.values()].filter(({ task }) => task.state === 'running');
  }

  #find(taskId: string): Running {
    const found = this.#tasks.get(taskId);
    if (found) return found;
    throw new BenchmateError(
      'NOT_FOUND',
      `There is no task ${taskId}.`,
      'The engine may have been restarted: begin it again, it goes on where it ended.',
    );
  }
}
