import { Worker } from 'node:worker_threads';
import { BenchmateError, fromErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { BlobIndex } from '../blobs/ports.ts';
import type { BlockedDevices, Cells, DocumentStore, EntryStore, Storage } from './ports.ts';
import type { FromSqliteThread, SqliteThreadData, StorageCall } from './sqlite-thread-wire.ts';

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

const program = new URL(
  import.meta.url.endsWith('.ts') ? './sqlite-worker.ts' : './sqlite-worker.mjs',
  import.meta.url,
);

/**
 * A commit, with the way to the thread and back, costs the processor twice what passing an update on costs, however many updates it
 * holds. So the next one waits for company; what comes alone goes at once. An acknowledgement may take twice as long.
 */
const betweenCommitsMs = 5;

/** The embedded storage, in a thread of its own: whoever waits for the disk does not hold up the others. */
export class SqliteThread implements Storage {
  readonly documents: DocumentStore;
  readonly entries: EntryStore;
  readonly blocked: BlockedDevices;
  readonly blobs: BlobIndex;
  readonly cells: Cells;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls: StorageCall[] = [];
  #later: NodeJS.Timeout | undefined;
  #isDue = false;
  #handedOverAt = -Infinity;
  #lastId = 0;
  #failure: BenchmateError | null = null;
  #ended = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: FromSqliteThread) => this.#receive(message));
    worker.on('error', error => this.#end(error as Error));
    worker.on('exit', () => this.#end());
    this.documents = {
      append: (name, update) => this.#call('documents', 'append', name, own(update)),
      read: name => this.#call('documents', 'read', name),
      after: (name, number) => this.#call('documents', 'after', name, number),
      heads: names => this.#call('documents', 'heads', names),
      replace: (name, state, { base, last }) => this.#call('documents', 'replace', name, own(state), { base, last }),
      settled: () => this.#call('documents', 'settled'),
      count: () => this.#call('documents', 'count'),
      names: () => this.#call('documents', 'names'),
      largest: limit => this.#call('documents', 'largest', limit),
    };
    this.entries = {
      append: (team, entries) => this.#call('entries', 'append', team, entries),
      ofTeam: team => this.#call('entries', 'ofTeam', team),
      teams: () => this.#call('entries', 'teams'),
      counts: () => this.#call('entries', 'counts'),
    };
    this.blocked = {
      block: (device, at) => this.#call('blocked', 'block', device, at),
      unblock: device => this.#call('blocked', 'unblock', device),
      all: () => this.#call('blocked', 'all'),
    };
    this.cells = {
      read: key => this.#call('cells', 'read', key),
      write: (key, value, meta) => this.#call('cells', 'write', key, value, meta),
      forget: before => this.#call('cells', 'forget', before),
    };
    this.blobs = {
      find: (team, blob) => this.#call('blobs', 'find', team, blob),
      claim: (team, blob) => this.#call('blobs', 'claim', team, blob),
      lose: found => this.#call('blobs', 'lose', found),
      usage: team => this.#call('blobs', 'usage', team),
      upload: (team, device, blob) => this.#call('blobs', 'upload', team, device, blob),
      begin: (upload, quotaBytes, at) => this.#call('blobs', 'begin', upload, quotaBytes, at),
      addPart: (upload, tag, at) => this.#call('blobs', 'addPart', upload, tag, at),
      setTail: (upload, tailBytes, at) => this.#call('blobs', 'setTail', upload, tailBytes, at),
      complete: upload => this.#call('blobs', 'complete', upload),
      drop: uploadId => this.#call('blobs', 'drop', uploadId),
      staleUploads: before => this.#call('blobs', 'staleUploads', before),
      teams: () => this.#call('blobs', 'teams'),
      blobsOf: team => this.#call('blobs', 'blobsOf', team),
      mark: (team, referenced, at) => this.#call('blobs', 'mark', team, referenced, at),
      sweep: before => this.#call('blobs', 'sweep', before),
      doomed: () => this.#call('blobs', 'doomed'),
      forget: object => this.#call('blobs', 'forget', object),
      counts: () => this.#call('blobs', 'counts'),
    };
  }

  /** Throws DATA_DIR_IN_USE, DATA_DIR_TOO_NEW, FORBIDDEN (not writable) or INTERNAL (damaged). */
  static async open(dataDir: string, maxBytes?: number): Promise<SqliteThread> {
    const workerData: SqliteThreadData = { dataDir, maxBytes: maxBytes ?? null };
    const worker = new Worker(program, { workerData });
    const first = await new Promise<FromSqliteThread>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    if (!('refused' in first)) return new SqliteThread(worker);
    await worker.terminate();
    throw fromErrorShape(first.refused);
  }

  get failure(): BenchmateError | null {
    return this.#failure;
  }

  secret(name: string): Promise<Uint8Array> {
    return this.#call('storage', 'secret', name);
  }

  storedBytes(): Promise<number> {
    return this.#call('storage', 'storedBytes');
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#call('storage', 'close');
    await this.#worker.terminate();
  }

  #call<T>(part: StorageCall['part'], method: string, ...args: readonly unknown[]): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(stopped());
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#calls.push({ id, part, method, args });
      this.#handOverIn(method === 'append' ? this.#handedOverAt + betweenCommitsMs - performance.now() : 0);
    });
  }

  /** What one turn of the loop brings goes over as one message, together with what waits for company. */
  #handOverIn(ms: number): void {
    if (ms > 0) this.#later ??= setTimeout(() => this.#handOver(), ms);
    else if (!this.#isDue) {
      this.#isDue = true;
      queueMicrotask(() => this.#handOver());
    }
  }

  #handOver(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#isDue = false;
    this.#handedOverAt = performance.now();
    this.#worker.postMessage(this.#calls, []);
    this.#calls = [];
  }

  #receive(message: FromSqliteThread): void {
    if (!('replies' in message)) return;
    this.#failure = message.failure && fromErrorShape(message.failure);
    for (const reply of message.replies) {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('error' in reply) waiting?.reject(fromErrorShape(reply.error));
      else waiting?.resolve(reply.result as never);
    }
  }

  #end(cause?: Error): void {
    this.#ended = true;
    this.#failure ??= stopped(cause);
    for (const { reject } of this.#waiting.values()) reject(stopped(cause));
    this.#waiting.clear();
  }
}

/** A view of a larger buffer would take all of that along. */
const own = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);

const stopped = (cause?: Error) =>
  new BenchmateError('OFFLINE', 'The storage of the sync server has stopped.', 'Try again soon.', { cause });
