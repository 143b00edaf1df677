import { Worker } from 'node:worker_threads';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { lacking, merge, type Merged } from './merge.ts';
import { packed, type MergeAnswer, type MergeOrder } from './merge-order.ts';

interface Waiting {
  order: MergeOrder;
  resolve: (merged: Merged) => void;
  reject: (error: Error) => void;
}

/** Up to here merging takes a millisecond or two, and a thread would cost more than it saves. */
const smallBytes = 16_384;
const smallCount = 256;
const idleMs = 30_000;

const program = new URL(import.meta.url.endsWith('.ts') ? './merge-worker.ts' : './merge-worker.mjs', import.meta.url);

/**
 * Merges documents: small ones at once, large ones in a thread. The thread is there before it is needed: whoever opens a large
 * document would else wait for its start, which takes longer than the document. After a while without work a new one takes its
 * place, and the memory of what it had loaded is free again.
 */
export class Merger {
  readonly #queue: Waiting[] = [];
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  /** Starts the thread. */
  warm(): void {
    this.#worker ??= this.#start();
  }

  async merge(parts: readonly Uint8Array[]): Promise<Merged> {
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    if (bytes <= smallBytes && parts.length <= smallCount) return merge(parts);
    return this.#order(packed('merge', parts));
  }

  /** In the thread, however small: it loads the document. */
  compact(parts: readonly Uint8Array[]): Promise<Merged> {
    return this.#order(packed('compact', parts));
  }

  /** What a client with `stateVector` lacks of `state`. */
  async lacking(state: Uint8Array, stateVector: Uint8Array): Promise<Uint8Array> {
    if (state.length <= smallBytes || stateVector.length <= 1) return lacking(state, stateVector);
    return (await this.#order(packed('diff', [state, stateVector]))).state;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    for (const { reject } of this.#queue.splice(0)) reject(stopped());
    await this.#worker?.terminate();
  }

  #order(order: MergeOrder): Promise<Merged> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(stopped());
      this.#queue.push({ order, resolve, reject });
      if (this.#queue.length === 1) this.#next();
    });
  }

  #next(): void {
    const waiting = this.#queue[0];
    if (!waiting) {
      this.#idle = setTimeout(() => this.#renew(), idleMs).unref();
      return;
    }
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    this.#worker.postMessage(waiting.order, [waiting.order.bytes.buffer]);
  }

  #start(): Worker {
    const worker = new Worker(program);
    worker.unref();
    worker.on('message', (answer: MergeAnswer) => {
      const waiting = this.#queue.shift();
      if ('error' in answer)
        waiting?.reject(new BenchmateError('INTERNAL', `The document cannot be merged: ${answer.error}`));
      else waiting?.resolve(answer);
      this.#next();
    });
    worker.on('error', error => {
      if (this.#worker !== worker) return; // it was renewed
      this.#worker = null;
      this.#queue.shift()?.reject(error as Error);
      this.#next();
    });
    return worker;
  }

  #renew(): void {
    void this.#worker?.terminate();
    this.#worker = this.#start();
  }
}

const stopped = () => new BenchmateError('OFFLINE', 'The sync server is stopping.', 'Try again soon.');
