import type { Merged } from '../compaction/merge.ts';
import type { Merger } from '../compaction/merger.ts';
import type { Counters } from '../operations/counters.ts';
import type { Log } from '../operations/log.ts';
import type { Quotas } from '../quotas.ts';
import type { DocumentStore } from '../storage/ports.ts';
import type { DocumentConnection } from './connection.ts';
import { updateFrame } from './frames.ts';
import type { Peers } from './peers.ts';
import { websocketFrame } from './websocket-frame.ts';

export interface RoomParts {
  documents: DocumentStore;
  merger: Merger;
  counters: Counters;
  quotas: Quotas;
  log: Log;
  /** Other processes that serve the same documents; null when there are none. */
  peers: Peers | null;
  /** Whether the storage took the last that was written. */
  storageWorks: () => boolean;
}

const keptMs = 2000;
/** A log is merged into the snapshot when it outgrows half of it: so each byte is merged a few times at most. */
const compactAboveBytes = 16_384;
const compactAboveUpdates = 5000;
const compactOnLeaving = 100;
const askAfterMs = 250;

/**
 * The connections of one document. It keeps no document in memory: updates pass through as bytes, and what a newcomer was
 * given is forgotten after two seconds or with the next update, and at once where other processes write too.
 */
export class Room {
  readonly name: string;
  readonly connections = new Set<DocumentConnection>();
  readonly #parts: RoomParts;
  #recent: Promise<Merged> | null = null;
  #reading: Promise<unknown> = Promise.resolve();
  #nextRead: Promise<Merged> | null = null;
  #measured = false;
  /** As far as known: what is stored of this document. */
  #bytes = 0;
  #logBytes = 0;
  #logUpdates = 0;
  #snapshotBytes = 0;
  /** Number of the last update that the connections were given. */
  #last = 0;
  #compacting: Promise<void> | null = null;
  #catchingUp: Promise<void> | null = null;
  #fetchAgain = false;
  /** Something was passed on that is stored nowhere. */
  #lacks = false;
  #asking = false;

  constructor(name: string, parts: RoomParts) {
    this.name = name;
    this.#parts = parts;
  }

  /** Passes an update on at once and commits it; the promise settles after the commit. */
  async take(update: Uint8Array, bytes: Uint8Array, sender: DocumentConnection): Promise<void> {
    const { documents, counters, peers } = this.#parts;
    this.#give(bytes, sender);
    this.#recent = null;
    this.#grow(update.length);
    counters.committing++;
    const number = await documents
      .append(this.name, update)
      .catch((error: unknown) => {
        void this.#askForLost();
        throw error;
      })
      .finally(() => counters.committing--);
    counters.updates++;
    if (peers) {
      peers.tell(this.name, number, update);
      if (number === this.#last + 1) this.#last = number;
      else if (number > this.#last) void this.catchUp();
    }
    if (this.#wantsCompaction()) void this.compact();
  }

  /** Whether so many bytes more are certain to be within the document's quota. */
  hasPlaceFor(bytes: number): boolean {
    return this.#measured && this.#bytes + bytes <= this.#parts.quotas.documentBytes;
  }

  /** The same, if need be after measuring and compacting. */
  async fits(bytes: number): Promise<boolean> {
    const { documentBytes } = this.#parts.quotas;
    if (!this.#measured) await this.state();
    if (this.#bytes + bytes <= documentBytes) return true;
    if (this.#logUpdates > 0) await this.compact();
    return this.#bytes + bytes <= documentBytes;
  }

  /** Settles after everything that was received before is committed. */
  committed(): Promise<void> {
    return this.#parts.documents.settled();
  }

  /**
   * The document, with everything that was received or acknowledged before this call. Where other processes write too, that is a read
   * which begins after the call; calls that come while one is under way share the next.
   */
  state(): Promise<Merged> {
    if (this.#parts.peers) return (this.#nextRead ??= this.#readNext());
    if (this.#recent) return this.#recent;
    const recent = this.#read();
    this.#recent = recent;
    const forget = () => {
      if (this.#recent === recent) this.#recent = null;
    };
    recent.catch(forget);
    setTimeout(forget, keptMs).unref();
    return recent;
  }

  lacking({ state }: Merged, stateVector: Uint8Array): Promise<Uint8Array> {
    return this.#parts.merger.lacking(state, stateVector);
  }

  /** Awareness goes to everybody, its sender too: a stock client takes half a minute of silence for a dead line. */
  spread(frame: Uint8Array): void {
    this.spreadHere(frame);
    this.#parts.peers?.spread(this.name, frame);
  }

  /** Awareness from another process. */
  spreadHere(frame: Uint8Array): void {
    if (this.connections.size === 0) return;
    const whole = websocketFrame(frame);
    for (const connection of this.connections) connection.write(whole);
  }

  /** An update that another process committed. */
  heard(number: number, update: Uint8Array): void {
    if (number <= this.#last) return;
    if (number !== this.#last + 1 || this.#catchingUp) return void this.catchUp();
    this.#last = number;
    this.#passOn(update);
  }

  /** Gives the connections what other processes committed and this one did not hear of. */
  catchUp(): Promise<void> {
    // What is under way may have read before that was committed of which this call knows: then once more.
    this.#fetchAgain = true;
    this.#catchingUp ??= this.#fetchAll();
    return this.#catchingUp;
  }

  async #fetchAll(): Promise<void> {
    while (this.#fetchAgain) {
      this.#fetchAgain = false;
      await this.#fetch();
    }
    this.#catchingUp = null;
  }

  /** The storage has updates up to `number`. */
  look(number: number): void {
    if (number > this.#last) void this.catchUp();
  }

  left(): void {
    if (this.connections.size === 0 && this.#logUpdates >= compactOnLeaving) void this.compact();
  }

  /** Puts one small snapshot in the place of the log, in a thread; the log stays as it is when that does not work out. */
  compact(): Promise<void> {
    this.#compacting ??= this.#compact().finally(() => (this.#compacting = null));
    return this.#compacting;
  }

  async #compact(): Promise<void> {
    const { documents, merger, counters, log } = this.#parts;
    const began = performance.now();
    try {
      const stored = await documents.read(this.name);
      if (stored.updates === 0) return;
      const { state } = await merger.compact(stored.parts);
      if (!(await documents.replace(this.name, state, stored))) return;
      counters.compactions++;
      counters.compactionSeconds.observe((performance.now() - began) / 1000);
      this.#snapshotBytes = state.length;
      this.#bytes += state.length - stored.bytes;
      this.#logBytes = Math.max(0, this.#bytes - state.length);
      this.#logUpdates = Math.max(0, this.#logUpdates - stored.updates);
    } catch (error) {
      this.#logBytes = 0; // the next try comes when the log has grown as much again
      this.#logUpdates = 0;
      log('warn', 'compaction-failed', { document: this.name, reason: String(error) });
    }
  }

  /**
   * An update was given to the others and is not stored, and its sender may never come back: once the storage works again they are asked
   * for what is lacking. What they write meanwhile rests on it.
   */
  async #askForLost(): Promise<void> {
    this.#lacks = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#lacks && this.connections.size > 0) {
      await new Promise(resolve => setTimeout(resolve, askAfterMs).unref());
      if (!this.#parts.storageWorks()) continue;
      try {
        this.#lacks = false;
        const { stateVector } = await this.state();
        for (const connection of this.connections) connection.ask(stateVector);
      } catch {
        this.#lacks = true;
      }
    }
    this.#asking = false;
  }

  async #readNext(): Promise<Merged> {
    await this.#reading;
    this.#nextRead = null;
    const read = this.#read();
    this.#reading = read.catch(() => {});
    return read;
  }

  async #read(): Promise<Merged> {
    const stored = await this.#parts.documents.read(this.name);
    // Only with the first read: who is connected later on was not given what this read finds.
    if (!this.#measured) this.#last = Math.max(this.#last, stored.last);
    this.#measured = true;
    this.#bytes = stored.bytes;
    this.#snapshotBytes = stored.snapshotBytes;
    this.#logBytes = stored.bytes - stored.snapshotBytes;
    this.#logUpdates = stored.updates;
    return this.#parts.merger.merge(stored.parts);
  }

  async #fetch(): Promise<void> {
    const { documents, log } = this.#parts;
    try {
      const missed = await documents.after(this.name, this.#last);
      if (missed) {
        for (const update of missed.updates) this.#passOn(update);
        this.#last = Math.max(this.#last, missed.last);
        return;
      }
      this.#recent = null;
      const stored = await documents.read(this.name);
      this.#passOn((await this.#parts.merger.merge(stored.parts)).state);
      this.#last = Math.max(this.#last, stored.last);
    } catch (error) {
      log('warn', 'catch-up-failed', { document: this.name, reason: String(error) });
    }
  }

  #passOn(update: Uint8Array): void {
    this.#recent = null;
    this.#grow(update.length);
    this.#give(updateFrame(update), null);
  }

  /** To everybody but its sender. */
  #give(bytes: Uint8Array, sender: DocumentConnection | null): void {
    let frame: Uint8Array | undefined;
    for (const connection of this.connections)
      if (connection !== sender) connection.pass((frame ??= websocketFrame(bytes)));
  }

  #grow(bytes: number): void {
    this.#bytes += bytes;
    this.#logBytes += bytes;
    this.#logUpdates++;
  }

  #wantsCompaction(): boolean {
    // One update alone is as small as it gets.
    if (this.#compacting || (this.#logUpdates <= 1 && this.#snapshotBytes === 0)) return false;
    return (
      this.#logUpdates > compactAboveUpdates ||
      this.#logBytes > Math.max(compactAboveBytes, Math.floor(this.#snapshotBytes / 2))
    );
  }
}
