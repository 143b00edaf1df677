import { Worker } from 'node:worker_threads';
import { fromErrorShape, type BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { BlobIndex } from '../blobs/ports.ts';
import { Appends } from './appends.ts';
import { openBeside, type Store } from './database.ts';
import { DiskHealth } from './disk-health.ts';
import type { BlockedDevices, Cells, DocumentStore, EntryStore, Storage } from './ports.ts';
import { SqliteCalls } from './sqlite-calls.ts';
import { LogKeeper } from './sqlite-log.ts';
import type { FromSqliteThread, SqliteThreadData, StorageCall } from './sqlite-thread-wire.ts';

const program = new URL(
  import.meta.url.endsWith('.ts') ? './sqlite-worker.ts' : './sqlite-worker.mjs',
  import.meta.url,
);

/** To write more at once would hold up the event loop. */
const largeBytes = 256 * 1024;
const probeBytes = 65_536;

type Part = StorageCall['part'];

/**
 * The embedded storage. Updates of documents are written from the event loop and synced beside it; everything else is done by a thread
 * with a connection of its own: a large document, a compaction or a disk that takes its time holds up nobody.
 */
export class SqliteThread implements Storage {
  readonly documents: DocumentStore;
  readonly entries: EntryStore;
  readonly blocked: BlockedDevices;
  readonly blobs: BlobIndex;
  readonly cells: Cells;
  readonly #worker: Worker;
  readonly #calls: SqliteCalls;
  readonly #appends: Appends;
  readonly #health: DiskHealth;
  /** Updates that are too large for the event loop. */
  #large: Promise<unknown> = Promise.resolve();

  private constructor(worker: Worker, store: Store) {
    this.#worker = worker;
    this.#health = new DiskHealth(() => this.#appends.tryOut(probeBytes));
    this.#appends = new Appends(store, this.#health);
    this.#calls = new SqliteCalls(worker, { committed: () => this.#appends.committed(), hold: () => store.hold() });
    store.log?.moveBy(
      new LogKeeper({
        move: () => this.#calls.now({ part: 'storage', method: 'moveLog', args: [] }),
        renew: () => this.#calls.now({ part: 'storage', method: 'renewLog', args: [] }),
        hold: () => store.hold(),
      }),
    );
    this.documents = {
      append: (name, update) => (update.length > largeBytes ? this.#addLarge(name, update) : this.#add(name, update)),
      read: name => this.#read('documents', 'read', name),
      after: (name, number) => this.#read('documents', 'after', name, number),
      heads: names => this.#read('documents', 'heads', names),
      replace: (name, state, { base, last }) => this.#tidy('documents', 'replace', name, own(state), { base, last }),
      settled: () => this.#settled(),
      count: () => this.#read('documents', 'count'),
      names: () => this.#read('documents', 'names'),
      largest: limit => this.#read('documents', 'largest', limit),
    };
    this.entries = {
      append: (team, entries) => this.#write('entries', 'append', team, entries),
      ofTeam: team => this.#read('entries', 'ofTeam', team),
      teams: () => this.#read('entries', 'teams'),
      counts: () => this.#read('entries', 'counts'),
    };
    this.blocked = {
      block: (device, at) => this.#write('blocked', 'block', device, at),
      unblock: device => this.#write('blocked', 'unblock', device),
      all: () => this.#read('blocked', 'all'),
    };
    this.cells = {
      read: key => this.#read('cells', 'read', key),
      write: (key, value, meta) => this.#write('cells', 'write', key, value, meta),
      forget: before => this.#write('cells', 'forget', before),
    };
    this.blobs = {
      find: (team, blob) => this.#read('blobs', 'find', team, blob),
      claim: (team, blob) => this.#write('blobs', 'claim', team, blob),
      lose: found => this.#write('blobs', 'lose', found),
      usage: team => this.#read('blobs', 'usage', team),
      upload: (team, device, blob) => this.#read('blobs', 'upload', team, device, blob),
      begin: (upload, quotaBytes, at) => this.#write('blobs', 'begin', upload, quotaBytes, at),
      addPart: (upload, tag, at) => this.#write('blobs', 'addPart', upload, tag, at),
      setTail: (upload, tailBytes, at) => this.#write('blobs', 'setTail', upload, tailBytes, at),
      complete: upload => this.#write('blobs', 'complete', upload),
      drop: uploadId => this.#write('blobs', 'drop', uploadId),
      staleUploads: before => this.#read('blobs', 'staleUploads', before),
      teams: () => this.#read('blobs', 'teams'),
      blobsOf: team => this.#read('blobs', 'blobsOf', team),
      mark: (team, referenced, at) => this.#write('blobs', 'mark', team, referenced, at),
      sweep: before => this.#write('blobs', 'sweep', before),
      doomed: () => this.#read('blobs', 'doomed'),
      forget: object => this.#write('blobs', 'forget', object),
      counts: () => this.#read('blobs', 'counts'),
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
    if (!('refused' in first)) return new SqliteThread(worker, openBeside(dataDir, maxBytes));
    await worker.terminate();
    throw fromErrorShape(first.refused);
  }

  get failure(): BenchmateError | null {
    return this.#calls.stopped ?? this.#health.failure;
  }

  secret(name: string): Promise<Uint8Array> {
    return this.#write('storage', 'secret', name);
  }

  storedBytes(): Promise<number> {
    return this.#read('storage', 'storedBytes');
  }

  async close(): Promise<void> {
    this.#health.close();
    await this.#large.catch(() => {});
    await this.#appends.close();
    if (!this.#calls.stopped) await this.#calls.call({ part: 'storage', method: 'close', args: [] }, false);
    await this.#worker.terminate();
  }

  async #add(name: string, update: Uint8Array): Promise<number> {
    if (this.#calls.stopped) throw this.#calls.stopped;
    return this.#appends.add(name, update);
  }

  #addLarge(name: string, update: Uint8Array): Promise<number> {
    const added = this.#write<number>('documents', 'append', name, own(update));
    this.#large = Promise.allSettled([this.#large, added]);
    return added;
  }

  async #settled(): Promise<void> {
    await Promise.all([this.#appends.settled(), this.#large]);
  }

  #read<T>(part: Part, method: string, ...args: readonly unknown[]): Promise<T> {
    return this.#calls.call({ part, method, args }, false);
  }

  #tidy<T>(part: Part, method: string, ...args: readonly unknown[]): Promise<T> {
    return this.#calls.call({ part, method, args }, true);
  }

  async #write<T>(part: Part, method: string, ...args: readonly unknown[]): Promise<T> {
    try {
      const result = await this.#calls.call<T>({ part, method, args }, true);
      this.#health.wrote();
      return result;
    } catch (error) {
      this.#health.failed(error);
      throw error;
    }
  }
}

/** A view of a larger buffer would take all of that along. */
const own = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
