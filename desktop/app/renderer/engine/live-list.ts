import { useSyncExternalStore } from 'react';
import type { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Observer } from '@benchmate/shared/protocol/contract';
import { noticed, setLink } from './connection.tsx';

export interface LiveState<T> {
  /** In the order of the source; new ones come first. */
  items: readonly T[];
  /** `loading` until the first page is there; `filling` while more pages come. */
  phase: 'loading' | 'filling' | 'ready' | 'failed';
  error: BenchmateError | null;
}

interface Source<T> {
  idOf: (item: T) => string;
  /** Reads everything, page by page; `add` shows what has come so far. */
  read: (add: (items: readonly T[]) => void) => Promise<void>;
  follow: (observer: Observer<readonly T[]>) => { unsubscribe: () => void };
}

/** How long a page waits for its connection before it reads without one. */
const connectMs = 1000;

/**
 * What the engine holds of one kind, kept up to date: read once, then changed by announcements, read again after a gap.
 * Changes are shown at most ten times a second.
 */
export class LiveList<T> {
  readonly #source: Source<T>;
  readonly #items = new Map<string, T>();
  readonly #listeners = new Set<() => void>();
  #state: LiveState<T> = { items: [], phase: 'loading', error: null };
  #started = false;
  #reading: Promise<void> | null = null;
  #soon: ReturnType<typeof setTimeout> | undefined;
  /** Announcements so far, and which of them was the last of each item. */
  #announcements = 0;
  readonly #announced = new Map<string, number>();

  constructor(source: Source<T>) {
    this.#source = source;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (!this.#started) this.#start();
    return () => void this.#listeners.delete(listener);
  };

  readonly snapshot = (): LiveState<T> => this.#state;

  readonly reload = (): Promise<void> => (this.#reading ??= this.#read().finally(() => (this.#reading = null)));

  /** Shows what a call of this page answers, before its announcement comes. */
  readonly answer = async <A extends T>(call: Promise<A>): Promise<A> => {
    const begun = this.#announcements;
    const item = await call;
    this.#merge(this.#notOvertaken([item], begun));
    return item;
  };

  #start(): void {
    this.#started = true;
    // What changes between reading and the subscription's beginning is announced to nobody: read once it stands.
    let stands = false;
    this.#source.follow({
      next: items => this.#hear(items),
      connected: () => {
        setLink('connected');
        if (stands && this.#state.phase !== 'failed') return;
        stands = true;
        void Promise.resolve(this.#reading).then(this.reload);
      },
      disconnected: () => setLink('lost'),
      missed: () => void this.reload(),
      error: error => noticed(error),
    });
    // Without a connection the reading fails, and its error is what the page has to say.
    setTimeout(() => stands || void this.reload(), connectMs);
  }

  async #read(): Promise<void> {
    const begun = this.#announcements;
    const seen = new Set<string>();
    const add = (items: readonly T[]) => {
      for (const item of items) seen.add(this.#source.idOf(item));
      for (const item of this.#notOvertaken(items, begun)) this.#items.set(this.#source.idOf(item), item);
      this.#show('filling');
    };
    try {
      await this.#source.read(add);
      for (const id of this.#items.keys()) if (!seen.has(id) && !this.#overtaken(id, begun)) this.#items.delete(id);
      this.#show('ready');
    } catch (error) {
      this.#state = { ...this.#state, phase: this.#items.size > 0 ? 'ready' : 'failed', error: noticed(error) };
      this.#tell();
    }
  }

  #hear(items: readonly T[]): void {
    this.#announcements++;
    for (const item of items) this.#announced.set(this.#source.idOf(item), this.#announcements);
    this.#merge(items);
  }

  /** Announcements and answers take different ways: an answer that was under way when an item was announced may be older. */
  #notOvertaken(items: readonly T[], begun: number): T[] {
    return items.filter(item => !this.#overtaken(this.#source.idOf(item), begun));
  }

  #overtaken(id: string, begun: number): boolean {
    return (this.#announced.get(id) ?? 0) > begun;
  }

  #merge(items: readonly T[]): void {
    for (const item of items) this.#items.set(this.#source.idOf(item), item);
    if (this.#soon !== undefined) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.#show(this.#state.phase === 'loading' ? 'loading' : this.#state.phase);
    }, 100);
  }

  #show(phase: LiveState<T>['phase']): void {
    this.#state = { items: [...this.#items.values()], phase, error: null };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export function useLive<T>(list: LiveList<T>): LiveState<T> {
  return useSyncExternalStore(list.subscribe, list.snapshot);
}
