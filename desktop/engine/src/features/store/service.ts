import { toErrorShape, BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { StoreResult, StoreTask } from '@benchmate/shared/domain/store-task';
import type { StoreRequest } from '@benchmate/shared/protocol/store';
import type { Clock, Random } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import { cleanStore } from './clean.ts';
import type { Progress } from './progress.ts';
import { databaseBytes } from './rewrite.ts';
import { runInWorker } from './run-in-worker.ts';
import { throwIfCancelled } from './progress.ts';

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

interface Running {
  task: StoreTask;
  control: AbortController;
  ended: Promise<void>;
}

const dayMs = 24 * 3600 * 1000;
const rememberedTasks = 20;

/** Upkeep of the store: one task at a time, each remembered for a while after its end (rules in SPEC.md). */
export class StoreService {
  readonly #parts: StoreServiceParts;
  readonly #tasks = new Map<string, Running>();

  constructor(parts: StoreServiceParts) {
    this.#parts = parts;
  }

  begin(request: StoreRequest): StoreTask {
    const busy = this.#running();
    if (busy)
      throw new BenchmateError(
        'CONFLICT',
        `A ${busy.task.kind} of the store is under way (${busy.task.step}).`,
        'Wait for its end, or cancel it.',
      );
    const task: StoreTask = {
      taskId: Buffer.from(this.#parts.random(6)).toString('hex'),
      kind: request.kind,
      state: 'running',
      startedAt: this.#parts.clock.now(),
      step: 'beginning',
      done: 0,
      total: 0,
      result: null,
      error: null,
    };
    const control = new AbortController();
    const progress: Progress = {
      signal: control.signal,
      tell: (step, done, total) => Object.assign(task, { step, done, total }),
    };
    const ended = this.#work(request, progress).then(
      result => void Object.assign(task, { state: 'done', result, done: task.total }),
      (error: unknown) => {
        const { code, message, nextStep } = toErrorShape(error);
        const state = code === 'CANCELLED' ? 'cancelled' : 'failed';
        Object.assign(task, { state, error: { code, message, nextStep } });
      },
    );
    this.#tasks.set(task.taskId, { task, control, ended });
    for (const taskId of [...this.#tasks.keys()].slice(0, -rememberedTasks)) this.#tasks.delete(taskId);
    return { ...task };
  }

  get(taskId: string): StoreTask {
    return { ...this.#find(taskId).task };
  }

  /** Settles at the end of the task, or after `withinMs`. */
  async wait(taskId: string, withinMs: number, signal: AbortSignal): Promise<StoreTask> {
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

  cancel(taskId: string): StoreTask {
    const { task, control } = this.#find(taskId);
    control.abort();
    return { ...task };
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
    return this.#running() !== undefined;
  }

  async close(): Promise<void> {
    const running = this.#running();
    running?.control.abort();
    await running?.ended;
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

  #running(): Running | undefined {
    return [...this.#tasks.values()].find(({ task }) => task.state === 'running');
  }

  #find(taskId: string): Running {
    const found = this.#tasks.get(taskId);
    if (found) return found;
    throw new BenchmateError(
      'NOT_FOUND',
      `There is no task ${taskId}.`,
      'The engine may have been restarted: begin it again.',
    );
  }
}
