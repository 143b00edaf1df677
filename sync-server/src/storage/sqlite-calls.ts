import type { Worker } from 'node:worker_threads';
import { BenchmateError, fromErrorShape, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { FromSqliteThread, StorageCall, StorageReply } from './sqlite-thread-wire.ts';

interface Waiting {
  call: StorageCall;
  writes: boolean;
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

/** Who writes into the same file from the event loop. */
export interface Neighbour {
  /** Settles when everything that was added before can be read. */
  committed: () => Promise<void>;
  /** It writes nothing until the returned function is called. */
  hold: () => () => void;
}

/**
 * Calls of the storage thread, in order. SQLite lets one write at a time, and who comes second waits in its own thread: so the event
 * loop writes nothing while the thread does.
 */
export class SqliteCalls {
  readonly #worker: Worker;
  readonly #neighbour: Neighbour;
  readonly #answers: ((replies: readonly StorageReply[]) => void)[] = [];
  #waiting: Waiting[] = [];
  #running = false;
  #stopped: BenchmateError | null = null;

  constructor(worker: Worker, neighbour: Neighbour) {
    this.#worker = worker;
    this.#neighbour = neighbour;
    worker.on('message', (message: FromSqliteThread) => {
      if ('replies' in message) this.#answers.shift()?.(message.replies);
    });
    worker.on('error', error => this.stop(error as Error));
    worker.on('exit', () => this.stop());
  }

  /** Why nothing is answered any more. */
  get stopped(): BenchmateError | null {
    return this.#stopped;
  }

  /** Sees everything that was written before, here or by the neighbour. */
  call<T>(call: StorageCall, writes: boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#stopped) return reject(this.#stopped);
      this.#waiting.push({ call, writes, resolve, reject });
      if (this.#running) return;
      this.#running = true;
      queueMicrotask(() => void this.#run()); // what one turn of the loop brings goes over as one message
    });
  }

  /** Without waiting for anybody: for whoever holds the neighbour already. */
  async now<T>(call: StorageCall): Promise<T> {
    const [reply] = await this.#ask([call]);
    return resultOf(reply!) as T;
  }

  stop(cause?: Error): void {
    if (this.#stopped) return;
    this.#stopped = new BenchmateError('OFFLINE', 'The storage of the sync server has stopped.', 'Try again soon.', {
      cause,
    });
    const error = toErrorShape(this.#stopped);
    for (const answer of this.#answers.splice(0)) answer([{ error }]);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#stopped);
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const { writes } = this.#waiting[0]!;
      const end = this.#waiting.findIndex(other => other.writes !== writes);
      const group = this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
      await this.#neighbour.committed();
      const release = writes ? this.#neighbour.hold() : () => {};
      const replies = await this.#ask(group.map(({ call }) => call));
      release();
      for (const [index, { resolve, reject }] of group.entries()) {
        try {
          resolve(resultOf(replies[index] ?? replies[0]!) as never);
        } catch (error) {
          reject(error);
        }
      }
    }
    this.#running = false;
  }

  #ask(calls: readonly StorageCall[]): Promise<readonly StorageReply[]> {
    return new Promise(resolve => {
      if (this.#stopped) return resolve([{ error: toErrorShape(this.#stopped) }]);
      this.#answers.push(resolve);
      this.#worker.postMessage(calls, []);
    });
  }
}

function resultOf(reply: StorageReply): unknown {
  if ('error' in reply) throw fromErrorShape(reply.error);
  return reply.result;
}
