import { Worker } from 'node:worker_threads';
import { BenchmateError, fromErrorShape, type ErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { Reader, Reads } from './reader.ts';

/** What goes to a reader thread, and what comes back. */
export interface ReadRequest {
  name: string;
  input: unknown;
}
export type ReadAnswer = { result: unknown } | { error: ErrorShape };

export interface ReaderPoolOptions {
  /** The thread's program. */
  program: string;
  /** The database. */
  file: string;
  threads?: number;
  timeoutMs?: number;
  /** A thread that has nothing to do for so long ends: an idle engine is small. */
  idleMs?: number;
}

interface Waiting extends ReadRequest {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  current: Waiting | null;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** What a read makes is young and large: without a limit a thread keeps three times as much memory for it. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

const tooLong = () =>
  new BenchmateError(
    'TIMEOUT',
    'Reading took too long and was given up.',
    'Ask for less: a filter, fewer runs, a page.',
  );
const broken = (cause?: unknown) =>
  new BenchmateError('ENGINE_UNAVAILABLE', 'The thread that read the data ended.', 'Try again.', { cause });
const closed = () => new BenchmateError('ENGINE_UNAVAILABLE', 'The engine is shutting down.', 'Start it again.');

/** Runs reads in a few threads, each with a read-only connection of its own; they start when they are needed. */
export class ReaderPool<R extends Reads> implements Reader<R> {
  readonly #options: Required<ReaderPoolOptions>;
  readonly #threads = new Set<Thread>();
  readonly #queue: Waiting[] = [];
  #closed = false;

  constructor(options: ReaderPoolOptions) {
    this.#options = { threads: 2, timeoutMs: 120_000, idleMs: 60_000, ...options };
  }

  read<N extends keyof R & string>(name: N, input: Parameters<R[N]>[0]): Promise<ReturnType<R[N]>> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closed());
      this.#queue.push({ name, input, resolve, reject });
      this.#next();
    });
  }

  /** Threads that run now. */
  get size(): number {
    return this.#threads.size;
  }

  /** Ends every thread; what is being read is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#queue.splice(0)) reject(closed());
    await Promise.all([...this.#threads].map(thread => this.#drop(thread, closed())));
  }

  #next(): void {
    while (this.#queue.length > 0) {
      let thread = [...this.#threads].find(({ current }) => current === null);
      if (!thread && this.#threads.size < this.#options.threads) thread = this.#start();
      if (!thread) return;
      this.#give(thread, this.#queue.shift()!);
    }
  }

  #start(): Thread {
    const { program, file } = this.#options;
    const thread: Thread = {
      worker: new Worker(program, { workerData: { file }, resourceLimits }),
      current: null,
      timer: undefined,
    };
    const { worker } = thread;
    worker.unref();
    worker.on('message', (answer: ReadAnswer) => this.#settle(thread, answer));
    worker.on('error', error => void this.#drop(thread, broken(error)));
    worker.on('exit', () => void this.#drop(thread, broken()));
    this.#threads.add(thread);
    return thread;
  }

  #give(thread: Thread, waiting: Waiting): void {
    const { name, input } = waiting;
    clearTimeout(thread.timer);
    thread.current = waiting;
    thread.timer = setTimeout(() => void this.#drop(thread, tooLong()), this.#options.timeoutMs).unref();
    thread.worker.ref();
    try {
      thread.worker.postMessage({ name, input } satisfies ReadRequest, []);
    } catch (error) {
      this.#settle(thread, { error: { code: 'INTERNAL', message: String(error), nextStep: '' } });
    }
  }

  #settle(thread: Thread, answer: ReadAnswer): void {
    const { current } = thread;
    clearTimeout(thread.timer);
    thread.current = null;
    thread.worker.unref();
    thread.timer = setTimeout(() => void this.#drop(thread, broken()), this.#options.idleMs).unref();
    if ('error' in answer) current?.reject(fromErrorShape(answer.error));
    else current?.resolve(answer.result as never);
    this.#next();
  }

  async #drop(thread: Thread, error: Error): Promise<void> {
    clearTimeout(thread.timer);
    thread.current?.reject(error);
    thread.current = null;
    if (!this.#threads.delete(thread)) return;
    if (!this.#closed) this.#next();
    await thread.worker.terminate();
  }
}
