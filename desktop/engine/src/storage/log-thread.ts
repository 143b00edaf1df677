import { Worker } from 'node:worker_threads';
import { BenchmateError, fromErrorShape, type ErrorShape } from '@benchmate/shared/errors/benchmate-error';

/**
 * `move`: what the log holds goes into the database, while others write. `renew`: also begins it anew, so that it does not
 * grow; `empty`: also gives its space back. While one of the last two runs, nobody may write.
 */
export type LogOrder = 'move' | 'renew' | 'empty';
/** Whether it was done whole: a reader may still need the old log. */
export type LogAnswer = { moved: boolean } | { error: ErrorShape };

/** A thread that has nothing to do for so long ends: an idle engine is small. */
const idleMs = 20_000;

/** Runs orders one after the other in a thread with a connection of its own; it starts when it is needed. */
export class LogThread {
  readonly #program: string;
  readonly #file: string;
  #worker: Worker | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: { program: string; file: string }) {
    this.#program = options.program;
    this.#file = options.file;
  }

  /** Rejects with the disk's error, or when the thread ends. */
  run(order: LogOrder): Promise<boolean> {
    const done = this.#last.then(() => this.#ask(order));
    this.#last = done.catch(() => {});
    return done;
  }

  /** Lets the order that is under way end. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
    clearTimeout(this.#timer);
    await this.#worker?.terminate();
  }

  #ask(order: LogOrder): Promise<boolean> {
    if (this.#closed) return Promise.reject(ended());
    clearTimeout(this.#timer);
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    return new Promise<boolean>((resolve, reject) => {
      const gone = (error?: unknown) => reject(ended(error));
      worker.once('message', (answer: LogAnswer) => {
        worker.off('error', gone).off('exit', gone);
        if ('error' in answer) reject(fromErrorShape(answer.error));
        else resolve(answer.moved);
      });
      worker.once('error', gone).once('exit', gone);
      worker.postMessage(order, []);
    }).finally(() => {
      worker.removeAllListeners('message').unref();
      this.#timer = setTimeout(() => void this.#worker?.terminate(), idleMs).unref();
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#program, { workerData: { file: this.#file }, name: 'log' });
    const forget = () => {
      if (this.#worker === worker) this.#worker = null;
    };
    return worker.on('error', forget).on('exit', forget);
  }
}

const ended = (cause?: unknown) =>
  new BenchmateError('ENGINE_UNAVAILABLE', 'The thread that keeps the log ended.', 'Try again.', { cause });
