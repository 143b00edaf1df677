import * as Y from 'yjs';
import type { Counters } from '../operations/counters.ts';
import type { Store } from '../storage/database.ts';
import type { DocumentLog } from '../storage/documents.ts';
import type { DocumentConnection } from './connection.ts';

const compactAfter = 500;

export interface RoomParts {
  store: Store;
  documents: DocumentLog;
  counters: Counters;
}

/** The connections of one document. It keeps no document in memory: updates pass through as bytes. */
export class Room {
  readonly name: string;
  readonly connections = new Set<DocumentConnection>();
  readonly #parts: RoomParts;
  #sinceCompaction = 0;

  constructor(name: string, parts: RoomParts) {
    this.name = name;
    this.#parts = parts;
  }

  /** Passes an update on at once and commits it; the promise settles after the commit. */
  async take(update: Uint8Array, bytes: Uint8Array, sender: DocumentConnection): Promise<void> {
    const { store, documents, counters } = this.#parts;
    for (const connection of this.connections) if (connection !== sender) connection.pass(bytes);
    await store.write(() => documents.append(this.name, update));
    counters.updates++;
    if (++this.#sinceCompaction < compactAfter) return;
    this.#sinceCompaction = 0;
    store
      .write(() => documents.compact(this.name))
      .then(
        () => counters.compactions++,
        () => {}, // the log stays as it is, and the next try comes with the updates to come
      );
  }

  /** Settles after everything that was received before is committed. */
  async committed(): Promise<void> {
    await this.#parts.store.write(() => {});
  }

  /** The document, after everything that was received before is committed. `loaded` is called at that very point. */
  async state(loaded: () => void): Promise<Uint8Array> {
    const { store, documents } = this.#parts;
    const { state, updates } = await store.write(() => {
      loaded();
      return documents.read(this.name);
    });
    this.#sinceCompaction = Math.max(this.#sinceCompaction, updates);
    return state;
  }

  /** Awareness goes to everybody, its sender too: a stock client takes half a minute of silence for a dead line. */
  spread(frame: Uint8Array): void {
    for (const connection of this.connections) connection.send(frame);
  }
}

/** What a client with `stateVector` lacks of `state`. */
export const lacking = (state: Uint8Array, stateVector: Uint8Array): Uint8Array => Y.diffUpdate(state, stateVector);

export const stateVectorOf = (state: Uint8Array): Uint8Array => Y.encodeStateVectorFromUpdate(state);
