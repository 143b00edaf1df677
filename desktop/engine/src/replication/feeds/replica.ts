import type { Entry, Fact, FeedVector } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { Feeds } from '@benchmate/shared/facts/feeds';
import type { DeviceKeys } from '@benchmate/shared/facts/keys';
import { registryOf, type Registry } from '@benchmate/shared/facts/registry';
import { writeEntry } from '@benchmate/shared/facts/write-entry';
import type { Clock } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import type { FeedStore } from './store.ts';

export interface ReplicaParts {
  store: Store;
  feeds: FeedStore;
  keys: DeviceKeys;
  clock: Clock;
}

/** What became of entries from elsewhere. */
export interface Received {
  added: HeldEntry[];
  /** One sentence per entry that was not taken; what was held already is not one. */
  rejected: string[];
  /** Entries before an offered one are missing: ask for them. */
  gap: boolean;
}

/**
 * One team's feeds on this device: verified, stored, and the source of everything that is derived from facts.
 * Memory and disk change together, inside one `store.write`; if the commit fails, memory is read from the disk again.
 */
export class FeedReplica {
  readonly teamId: string;
  readonly keys: DeviceKeys;
  readonly #parts: ReplicaParts;
  readonly #listeners = new Set<(added: readonly HeldEntry[]) => void>();
  #feeds: Feeds;
  #shared: FeedVector;
  /** Derived from the facts when first asked; null after new entries. */
  #registry: Registry | null = null;

  constructor(teamId: string, parts: ReplicaParts) {
    this.teamId = teamId;
    this.keys = parts.keys;
    this.#parts = parts;
    this.#feeds = this.#restore();
    this.#shared = parts.feeds.shared(teamId);
  }

  get feeds(): Feeds {
    return this.#feeds;
  }

  /** Members, models and policies as the facts say. */
  get registry(): Registry {
    return (this.#registry ??= registryOf(this.#feeds.entries()));
  }

  /** Called with entries after their commit, own ones and others'. */
  onEntries(listener: (added: readonly HeldEntry[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Signs and stores the next entry of this device. `state` is called when its turn has come, with everything before it
   * in place: the place to check, and to throw a refusal. Settles after the commit.
   */
  async append(state: () => Fact): Promise<HeldEntry> {
    const [added] = await this.appendAll([state]);
    return added!;
  }

  /** Several entries, one after the other, all or none. */
  async appendAll(states: readonly (() => Fact)[]): Promise<HeldEntry[]> {
    return this.#change(() => states.map(state => this.#appendOne(state)));
  }

  #appendOne(state: () => Fact): HeldEntry {
    const item = writeEntry({
      keys: this.keys,
      team: this.teamId,
      head: this.#feeds.head(this.keys.device),
      seen: this.registry.membership.seen,
      fact: state(),
      at: new Date(this.#parts.clock.now()).toISOString(),
    });
    const result = this.#feeds.add(item.entry);
    if (result.kind !== 'added')
      throw new Error(`The feed of this device does not take its own entry: ${result.kind}.`);
    this.#parts.feeds.append(this.teamId, item);
    this.#registry = null;
    return item;
  }

  /** Verifies entries of anybody and stores those that hold. */
  async receive(entries: readonly Entry[]): Promise<Received> {
    const received: Received = { added: [], rejected: [], gap: false };
    await this.#change(() => {
      for (const entry of entries) {
        const result = this.#feeds.add(entry);
        if (result.kind === 'added') {
          this.#parts.feeds.append(this.teamId, result.held);
          received.added.push(result.held);
        } else if (result.kind === 'gap') received.gap = true;
        else if (result.kind === 'fork') received.rejected.push(forkSentence(entry));
        else if (result.kind === 'invalid') received.rejected.push(`${place(entry)} was not taken: ${result.reason}`);
      }
      return received.added;
    });
    return received;
  }

  /** What the sync server holds for certain. */
  get shared(): FeedVector {
    return this.#shared;
  }

  /** `vector` as the server states it; its acknowledgements raise single numbers. */
  async setShared(vector: FeedVector): Promise<void> {
    this.#shared = vector;
    await this.#parts.store.write(() => this.#parts.feeds.setShared(this.teamId, vector));
  }

  /** Own entries that the sync server has not committed. */
  get unshared(): number {
    const own = this.#feeds.head(this.keys.device)?.seq ?? 0;
    return Math.max(0, own - (this.#shared[this.keys.device] ?? 0));
  }

  async #change(work: () => HeldEntry[]): Promise<HeldEntry[]> {
    const before = this.#feeds.vector();
    let added: HeldEntry[];
    try {
      added = await this.#parts.store.write(() => {
        const items = work();
        if (items.length > 0) this.#registry = null;
        return items;
      });
    } catch (error) {
      if (!sameVector(before, this.#feeds.vector())) {
        this.#feeds = this.#restore();
        this.#registry = null;
      }
      throw error;
    }
    if (added.length > 0) for (const listener of this.#listeners) listener(added);
    return added;
  }

  #restore(): Feeds {
    const feeds = new Feeds(this.teamId);
    feeds.restore(this.#parts.feeds.load(this.teamId));
    return feeds;
  }
}

const sameVector = (a: FeedVector, b: FeedVector) =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([author, seq]) => b[author] === seq);

const place = ({ author, seq }: Entry) => `Entry ${seq} of device ${author.slice(0, 8)}`;

const forkSentence = (entry: Entry) =>
  `${place(entry)} exists in two versions: that device, or a copy of its key, wrote two histories. Only the first counts here.`;
