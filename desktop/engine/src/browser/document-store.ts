import type { DocumentKeeper } from '../replication/documents/store.ts';
import { inOrder, type BrowserStore } from './store.ts';

/** Update logs of shared documents in this browser. */
export class BrowserDocuments implements DocumentKeeper {
  readonly #store: BrowserStore;
  readonly #last = new Map<string, number>();
  /** A page that lost its place may still have had an update under way: no two pages write one row. */
  readonly #page = crypto.randomUUID();

  constructor(store: BrowserStore) {
    this.#store = store;
  }

  load(documentId: string): { updates: Uint8Array[]; logLength: number } {
    const snapshot = this.#store.get('document-snapshot', documentId) as Uint8Array | undefined;
    const log = [...this.#store.from<Uint8Array>('document-update', `${documentId} `)];
    this.#last.set(documentId, Number(log.at(-1)?.[0].split(' ')[1] ?? 0));
    return { updates: [...(snapshot ? [snapshot] : []), ...log.map(([, update]) => update)], logLength: log.length };
  }

  append(documentId: string, bytes: Uint8Array): void {
    if (!this.#last.has(documentId)) this.load(documentId);
    const number = (this.#last.get(documentId) ?? 0) + 1;
    this.#last.set(documentId, number);
    this.#store.put('document-update', `${documentId} ${inOrder(number)} ${this.#page}`, bytes);
  }

  compact(documentId: string, bytes: Uint8Array): void {
    this.#store.put('document-snapshot', documentId, bytes);
    this.#store.deleteFrom('document-update', `${documentId} `);
  }

  remove(documentId: string): void {
    this.#store.delete('document-snapshot', documentId);
    this.#store.deleteFrom('document-update', `${documentId} `);
    this.#store.deleteFrom('document-unshared', `${documentId} `);
  }

  markUnshared(documentId: string, number: number, sizeBytes: number): void {
    this.#store.put('document-unshared', `${documentId} ${inOrder(number)}`, sizeBytes);
  }

  markAllUnshared(teamId: string): void {
    for (const documentId of this.list(teamId))
      this.markUnshared(
        documentId,
        0,
        this.load(documentId).updates.reduce((sum, { length }) => sum + length, 0),
      );
  }

  markShared(documentId: string, number: number): void {
    for (const [key] of this.#store.from('document-unshared', `${documentId} `))
      if (Number(key.split(' ')[1]) <= number) this.#store.delete('document-unshared', key);
  }

  unshared(documentId: string): number[] {
    return [...this.#store.from('document-unshared', `${documentId} `)].map(([key]) => Number(key.split(' ')[1]));
  }

  countUnshared(teamId: string): number {
    return [...this.#store.from('document-unshared', `${teamId}.`)].length;
  }

  weighUnshared(teamId: string): number {
    return [...this.#store.from<number>('document-unshared', `${teamId}.`)].reduce((sum, [, size]) => sum + size, 0);
  }

  list(teamId: string): string[] {
    const ids = new Set<string>();
    for (const [key] of this.#store.from('document-snapshot', `${teamId}.`)) ids.add(key);
    for (const [key] of this.#store.from('document-update', `${teamId}.`)) ids.add(key.split(' ')[0] ?? '');
    return [...ids];
  }
}
