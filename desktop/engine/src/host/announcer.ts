import type { Announcement } from '@benchmate/shared/protocol/contract';

/** The announcements after the id that a subscriber saw last are not known any more. The router tells the client. */
export class AnnouncementsMissed extends Error {}

/**
 * Announces facts to any number of subscribers and remembers the last `keep` of them, so that a subscriber that comes
 * back with the id of the last announcement it saw gets what it missed, in order.
 */
export class Announcer<T> {
  readonly #recent: Announcement<T>[] = [];
  readonly #listeners = new Set<(announcement: Announcement<T>) => void>();
  readonly #epoch: string;
  readonly #keep: number;
  #count = 0;

  /** `epoch` tells this process's numbers from those of an earlier one. */
  constructor(epoch: string, keep = 1000) {
    this.#epoch = epoch;
    this.#keep = keep;
  }

  announce(data: T): void {
    const announcement = { id: `${this.#epoch}:${++this.#count}`, data };
    this.#recent.push(announcement);
    if (this.#recent.length > this.#keep) this.#recent.shift();
    for (const listener of this.#listeners) listener(announcement);
  }

  /** Calls `listener` for each announcement from now on. */
  listen(listener: (data: T) => void): () => void {
    const wrapped = (announcement: Announcement<T>) => listener(announcement.data);
    this.#listeners.add(wrapped);
    return () => this.#listeners.delete(wrapped);
  }

  /** Announcements after `lastId`, then those to come. Throws {@link AnnouncementsMissed} when `lastId` is not remembered. */
  async *subscribe(signal: AbortSignal, lastId?: string): AsyncGenerator<Announcement<T>> {
    const queue = this.#after(lastId);
    let wake = () => {};
    const push = (announcement: Announcement<T>) => {
      queue.push(announcement);
      wake();
    };
    const abort = () => wake();
    this.#listeners.add(push);
    signal.addEventListener('abort', abort, { once: true });
    try {
      while (!signal.aborted) {
        const next = queue.shift();
        if (next) yield next;
        else await new Promise<void>(resolve => (wake = resolve));
      }
    } finally {
      this.#listeners.delete(push);
      signal.removeEventListener('abort', abort);
    }
  }

  #after(lastId?: string): Announcement<T>[] {
    if (lastId === undefined) return [];
    const index = this.#recent.findIndex(({ id }) => id === lastId);
    if (index < 0) throw new AnnouncementsMissed();
    return this.#recent.slice(index + 1);
  }
}
