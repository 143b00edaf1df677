import { useSyncExternalStore } from 'react';
import type { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Observer } from '@benchmate/shared/protocol/contract';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
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
  /** Whether an announcement says that the item is gone. */
  isGone?: (item: T) => boolean;
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
  readonly #overtaking = new Overtaking();

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
    const isOvertaken = this.#overtaking.begin();
    const item = await call;
    if (!isOvertaken(this.#source.idOf(item))) this.#merge([item]);
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
    const isOvertaken = this.#overtaking.begin();
    const seen = new Set<string>();
    const add = (items: readonly T[]) => {
      for (const item of items) {
        const id = this.#source.idOf(item);
        seen.add(id);
        if (!isOvertaken(id)) this.#items.set(id, item);
      }
      this.#show('filling');
    };
    try {
      await this.#source.read(add);
      for (const id of this.#items.keys()) if (!seen.has(id) && !isOvertaken(id)) this.#items.delete(id);
      this.#show('ready');
    } catch (error) {
      this.#state = { ...this.#state, phase: this.#items.size > 0 ? 'ready' : 'failed', error: noticed(error) };
      this.#tell();
    }
  }

  #hear(items: readonly T[]): void {
    for (const item of items) this.#overtaking.heard(this.#source.idOf(item));
    this.#merge(items);
  }

  #merge(items: readonly T[]): void {
    for (const item of items) {
      const id = this.#source.idOf(item);
      if (this.#source.isGone?.(item)) this.#items.delete(id);
      else this.#items.set(id, item);
    }
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
