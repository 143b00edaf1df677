import type { BundleResult, BundleTask } from '@benchmate/shared/domain/bundle-task';
import type { BundleRequest } from '@benchmate/shared/protocol/bundles';
import type { Clock, Random } from '../../host/clock.ts';
import { throwIfCancelled, type Progress } from '../../host/progress.ts';
import { Tasks } from '../../host/tasks.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { DocumentStore } from '../../replication/documents/store.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { bundleLines } from './contents.ts';
import { passphraseLock, type Lock } from './lock.ts';
import { readHead, takeIn } from './take-in.ts';
import { writeBundleFile } from './write-file.ts';

export interface BundlesParts {
  current: CurrentTeam;
  documents: DocumentStore;
  hub: DocumentHub;
  clock: Clock;
  random: Random;
}

type Export = Extract<BundleRequest, { kind: 'export' }>;
type Import = Extract<BundleRequest, { kind: 'import' }>;

const forOwnerAlone = 0o600;

/** What the team knows as a file, out and in (SPEC.md). */
export class BundlesService {
  readonly #parts: BundlesParts;
  readonly #tasks: Tasks<BundleTask>;

  constructor(parts: BundlesParts) {
    this.#parts = parts;
    this.#tasks = new Tasks(parts);
  }

  begin(request: BundleRequest): BundleTask {
    return this.#tasks.begin({ kind: request.kind }, async progress => {
      try {
        return request.kind === 'export'
          ? await this.#export(request, progress)
          : await this.#import(request, progress);
      } catch (error) {
        if ((error as Error).name === 'AbortError') throwIfCancelled(progress);
        throw error;
      }
    });
  }

  wait(taskId: string, withinMs: number, signal: AbortSignal): Promise<BundleTask> {
    return this.#tasks.wait(taskId, withinMs, signal);
  }

  cancel(taskId: string): BundleTask {
    return this.#tasks.cancel(taskId);
  }

  isBusy(): boolean {
    return this.#tasks.running().length > 0;
  }

  close(): Promise<void> {
    return this.#tasks.close();
  }

  async #import({ file, passphrase }: Import, progress: Progress): Promise<BundleResult> {
    const source = { file, lock: lockOf(passphrase), signal: progress.signal };
    return (await takeIn(source, this.#replicas(), progress)).imported;
  }

  async #export(request: Export, { tell, signal }: Progress): Promise<BundleResult> {
    const { documents, clock } = this.#parts;
    const { file, since, passphrase, contents } = request;
    const { replica, hub } = this.#replicas();
    const lock = lockOf(passphrase);
    const there = since ? (await readHead({ file: since, lock, signal }, replica.teamId, { tell, signal })).have : null;
    const had = there && { ...there, feeds: replica.heldBy(there) };
    const counts = { entries: 0, documents: 0 };
    const lines = bundleLines({ replica, documents, hub, now: clock.now }, { had, contents }, { tell, signal, counts });
    const sizeBytes = await writeBundleFile(lines, { ...request, lock, mode: forOwnerAlone, signal });
    return { kind: 'export', file, sizeBytes, encrypted: passphrase !== null, ...counts };
  }

  #replicas() {
    const { current, hub } = this.#parts;
    return { replica: current.replica, hub };
  }
}

const lockOf = (passphrase: string | null): Lock | null => (passphrase === null ? null : passphraseLock(passphrase));
