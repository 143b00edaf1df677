import type { Entry, FeedVector } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { FeedKeeper } from '../replication/feeds/store.ts';
import { inOrder, type BrowserStore } from './store.ts';

/** Feeds in this browser. An entry is added, never replaced: two pages cannot write two entries of one number. */
export class BrowserFeeds implements FeedKeeper {
  readonly #store: BrowserStore;

  constructor(store: BrowserStore) {
    this.#store = store;
  }

  append(team: string, { hash, entry }: HeldEntry): void {
    this.#store.add('feed-entry', `${team} ${entry.author} ${inOrder(entry.seq)}`, { hash, entry });
  }

  appendFork(team: string, { hash, entry }: HeldEntry): void {
    this.#store.put('feed-fork', `${team} ${entry.author} ${inOrder(entry.seq)} ${hash}`, { hash, entry });
  }

  forks(team: string): HeldEntry[] {
    return [...this.#store.from<HeldEntry>('feed-fork', `${team} `)].map(([, held]) => held);
  }

  *pages(team: string): Generator<HeldEntry[], void> {
    const held = [...this.#store.from<HeldEntry>('feed-entry', `${team} `)].map(([, each]) => each);
    if (held.length > 0) yield held;
  }

  weightAfter(team: string, author: string, seq: number): { sizeBytes: number; oldest: string | null } {
    const after: Entry[] = [];
    for (const [, { entry }] of this.#store.from<HeldEntry>('feed-entry', `${team} ${author} `))
      if (entry.seq > seq) after.push(entry);
    const sizeBytes = after.reduce((sum, entry) => sum + JSON.stringify(entry).length, 0);
    return { sizeBytes, oldest: after.map(({ at }) => at).toSorted()[0] ?? null };
  }

  shared(team: string): FeedVector {
    return (this.#store.get('setting', `shared ${team}`) as FeedVector | undefined) ?? {};
  }

  setShared(team: string, vector: FeedVector): void {
    this.#store.put('setting', `shared ${team}`, vector);
  }
}
