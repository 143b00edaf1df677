import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { StoreResult, StoreTask } from '@benchmate/shared/domain/store-task';
import type { StoreRequest } from '@benchmate/shared/protocol/store';
import type { Clock, Random } from '../../host/clock.ts';
import { throwIfCancelled, type Progress } from '../../host/progress.ts';
import { Tasks } from '../../host/tasks.ts';
import type { Store } from '../../storage/database.ts';
import { cleanStore } from './clean.ts';
import { databaseBytes } from './rewrite.ts';
import { runInWorker } from './run-in-worker.ts';

export interface StoreServiceParts {
  store: Store;
  dataDir: string;
  clock: Clock;
  random: Random;
  engineVersion: string;
  /** Entry of the thread that does the work, absolute. */
  workerMain: string;
  /** Moves old points of metrics into blocks, before the database is rewritten. */
  compactMetrics: () => Promise<unknown>;
}

const dayMs = 24 * 3600 * 1000;

/** Upkeep of the store: one task at a time, each remembered for a while after its end (rules in SPEC.md). */
export class StoreService {
  readonly #parts: StoreServiceParts;
  readonly #tasks: Tasks<StoreTask>;

  constructor(parts: StoreServiceParts) {
    this.#parts = parts;
    this.#tasks = new Tasks(parts);
  }

  begin(request: StoreRequest): StoreTask {
    const [busy] = this.#tasks.running();
    if (busy)
      throw new BenchmateError(
        'CONFLICT',
        `A ${busy.kind} of the store is under way (${busy.step}).`,
        'Wait for its end, or cancel it.',
      );
    return this.#tasks.begin({ kind: request.kind }, progress => this.#work(request, progress));
  }

  get(taskId: string): StoreTask {
    return this.#tasks.get(taskId);
  }

  wait(taskId: string, withinMs: number, signal: AbortSignal): Promise<StoreTask> {
    return this.#tasks.wait(taskId, withinMs, signal);
  }

  cancel(taskId: string): StoreTask {
    return this.#tasks.cancel(taskId);
  }

  /** After a crash: looks at every page beside the work, and says what it finds to `damaged`. */
  async lookAtPages(damaged: (error: unknown) => void): Promise<void> {
    const { workerMain, dataDir } = this.#parts;
    const control = new AbortController();
    await runInWorker(workerMain, { kind: 'pages', dataDir }, { tell: () => {}, signal: control.signal }).catch(
      damaged,
    );
  }

  isBusy(): boolean {
    return this.#tasks.running().length > 0;
  }

  close(): Promise<void> {
    return this.#tasks.close();
  }

  async #work(request: StoreRequest, progress: Progress): Promise<StoreResult> {
    const { store, dataDir, clock, engineVersion, workerMain } = this.#parts;
    switch (request.kind) {
      case 'check':
        return (await runInWorker(workerMain, { kind: 'check', dataDir }, progress))!;
      case 'backup': {
        const { file, replace, withoutKey } = request;
        const order = { kind: 'backup', dataDir, file, replace, withoutKey, engineVersion } as const;
        return (await runInWorker(workerMain, order, progress))!;
      }
      case 'clean': {
        const jobDays = request.jobOutputForDays;
        const order = {
          dataDir,
          deletedBefore: clock.now() - request.deletedForDays * dayMs,
          jobsEndedBefore: jobDays === null ? null : clock.now() - jobDays * dayMs,
          remove: request.remove,
        };
        return cleanStore(store, order, progress);
      }
      case 'compact':
        return this.#compact(progress);
    }
  }

  async #compact(progress: Progress): Promise<StoreResult> {
    const { store, dataDir, workerMain, compactMetrics } = this.#parts;
    const beforeBytes = databaseBytes(dataDir);
    progress.tell('moving old points into blocks', 0, 0);
    await compactMetrics();
    throwIfCancelled(progress);
    progress.tell('rewriting the database; what is logged meanwhile waits', 0, 0);
    const resume = store.hold();
    try {
      await runInWorker(workerMain, { kind: 'rewrite', dataDir }, progress);
    } finally {
      resume();
    }
    return { kind: 'compact', beforeBytes, afterBytes: databaseBytes(dataDir) };
  }
}
