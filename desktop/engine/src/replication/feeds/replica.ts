import type { Entry, Fact, FeedHeads, FeedVector } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { withoutContradicted, type Feeds, type Fork } from '@benchmate/shared/facts/feeds';
import type { GrowingRegistry } from '@benchmate/shared/facts/growing-registry';
import type { DeviceKeys } from '@benchmate/shared/facts/keys';
import type { Registry } from '@benchmate/shared/facts/registry';
import { writeEntry, writeEntryLater, type NextEntry } from '@benchmate/shared/facts/write-entry';
import type { Clock } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import { checkSignatures, type CheckedEntry } from './signed-entries.ts';
import type { FeedKeeper } from './store.ts';
import { TeamFacts } from './team-facts.ts';

export interface ReplicaParts {
  store: Pick<Store, 'write'>;
  feeds: FeedKeeper;
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
  /** Of whom there is new evidence of a second history, and a number under which another entry is held here (F4). */
  contradicted: FeedVector;
}

const entriesPerCommit = 200;

/**
 * One team's feeds on this device: verified, stored, and the source of everything that is derived from facts.
 * Memory and disk change together, inside one `store.write`; if the commit fails, memory is read from the disk again.
 */
export class FeedReplica {
  readonly teamId: string;
  readonly keys: DeviceKeys;
  readonly #parts: ReplicaParts;
  readonly #listeners = new Set<(added: readonly HeldEntry[]) => void>();
  #facts: TeamFacts;
  #shared: FeedVector;
  #stored: FeedVector;
  #signing: Promise<unknown> = Promise.resolve();
  /** While memory is read from the disk again. */
  #reloading: Promise<void> | null = null;
  /** From a write that failed half-way on: what comes in the same commit must not rest on what it left in memory. */
  #spoilt: PromiseWithResolvers<void> | null = null;

  private constructor(facts: TeamFacts, parts: ReplicaParts) {
    this.teamId = facts.feeds.teamId;
    this.keys = parts.keys;
    this.#parts = parts;
    this.#facts = facts;
    this.#shared = parts.feeds.shared(this.teamId);
    this.#stored = facts.feeds.vector();
  }

  /** Reads what is stored, in slices. */
  static async open(teamId: string, parts: ReplicaParts): Promise<FeedReplica> {
    return new FeedReplica(await TeamFacts.load(teamId, parts.feeds), parts);
  }

  get feeds(): Feeds {
    return this.#facts.feeds;
  }

  /** What is committed here: others are told of nothing else, because what is not may be refused by the disk yet. */
  get stored(): FeedVector {
    return this.#stored;
  }

  /** What the numbers in `stored` stand for. */
  get heads(): FeedHeads {
    return this.feeds.hashesAt(this.#stored);
  }

  /** How far somebody who states that holds the histories that are held here: not from an entry on that is another here. */
  heldBy(there: { feeds: FeedVector; heads?: FeedHeads | undefined }): FeedVector {
    return withoutContradicted(there.feeds, this.feeds.contradicted(there.feeds, there.heads));
  }

  /** Stored entries that whoever has `vector` lacks, causes before effects. */
  storedAfter(vector: FeedVector): Entry[] {
    return this.feeds.entriesAfter(vector).filter(({ author, seq }) => seq <= (this.#stored[author] ?? 0));
  }

  /** Members, models and policies as the facts say. */
  get registry(): Registry {
    return this.#facts.held.registry;
  }

  /** What judges a fact before it is stated. */
  get held(): GrowingRegistry {
    return this.#facts.held;
  }

  /** Called with entries after their commit, own ones and others', when the registry says what they say. */
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

  /** Several entries, one after the other, all or none; of keys that sign beside the event loop each by itself. */
  async appendAll(states: readonly (() => Fact)[]): Promise<HeldEntry[]> {
    if (this.keys.signLater) return this.#appendLater(states);
    return this.#change(() => states.map(state => this.#appendOne(state)));
  }

  /** One call after the other: while an entry is signed nothing else may follow the one before it. */
  #appendLater(states: readonly (() => Fact)[]): Promise<HeldEntry[]> {
    const done = this.#signing.then(async () => {
      const added: HeldEntry[] = [];
      for (const state of states) {
        await this.#ready();
        const item = await writeEntryLater(this.#next(state));
        added.push(...(await this.#change(() => [this.#keepOwn(item)])));
      }
      return added;
    });
    this.#signing = done.catch(() => {});
    return done;
  }

  #appendOne(state: () => Fact): HeldEntry {
    this.#facts.takeUpRest();
    return this.#keepOwn(writeEntry(this.#next(state)));
  }

  #next(state: () => Fact): NextEntry {
    return {
      keys: this.keys,
      team: this.teamId,
      head: this.feeds.head(this.keys.device),
      seen: this.registry.membership.seen,
      fact: state(),
      at: new Date(this.#parts.clock.now()).toISOString(),
    };
  }

  #keepOwn(item: HeldEntry): HeldEntry {
    const result = this.#facts.add(item, () => true);
    if (result.kind !== 'added')
      throw new Error(`The feed of this device does not take its own entry: ${result.kind}.`);
    this.#parts.feeds.append(this.teamId, item);
    this.#facts.takeUp([item]);
    return item;
  }

  /** Verifies entries of anybody and stores those that hold. Settles when the registry says what they say. */
  async receive(entries: readonly Entry[]): Promise<Received> {
    const received: Received = { added: [], rejected: [], gap: false, contradicted: {} };
    const checked = await checkSignatures(entries, this.feeds);
    for (let at = 0; at < checked.length; at += entriesPerCommit) {
      const part = checked.slice(at, at + entriesPerCommit);
      received.added.push(...(await this.#change(() => this.#receiveSome(part, received))));
    }
    return received;
  }

  #receiveSome(checked: readonly CheckedEntry[], received: Received): HeldEntry[] {
    const added: HeldEntry[] = [];
    for (const { item, isSigned } of checked) {
      const result = this.#facts.add(item, isSigned);
      if (result.kind === 'added') {
        this.#parts.feeds.append(this.teamId, item);
        added.push(item);
      } else if (result.kind === 'gap') received.gap = true;
      else if (result.kind === 'fork') {
        this.#keepFork(result, item, received);
      } else if (result.kind === 'invalid')
        received.rejected.push(`${place(item.entry)} was not taken: ${result.reason}`);
    }
    if (added.length > 0) this.#facts.takeUp(added);
    return added;
  }

  #keepFork({ fork, isKept }: { fork: Fork; isKept: boolean }, item: HeldEntry, received: Received): void {
    const { author, seq } = fork;
    const sentence = forkSentence(fork.rival.entry);
    if (!received.rejected.includes(sentence)) received.rejected.push(sentence);
    if (!isKept) return;
    this.#parts.feeds.appendFork(this.teamId, item);
    received.contradicted[author] ??= Math.min(seq, this.feeds.head(author)!.seq);
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
    const own = this.feeds.head(this.keys.device)?.seq ?? 0;
    return Math.max(0, own - (this.#shared[this.keys.device] ?? 0));
  }

  /** Does `work` when everything before it is in place and known. */
  async #change(work: () => HeldEntry[]): Promise<HeldEntry[]> {
    let before: FeedVector | null = null;
    let added: HeldEntry[] | null = null;
    try {
      while (!added) {
        await this.#ready();
        added = await this.#parts.store.write(() => {
          if (this.#isBusy) return null; // by something that was written in the same turn
          before = this.feeds.vector();
          return this.#attempt(work, before);
        });
      }
    } catch (error) {
      if (before && (this.#spoilt || !sameVector(before, this.feeds.vector()))) await this.#reload();
      throw error;
    }
    for (const { entry } of added) this.#stored = { ...this.#stored, [entry.author]: entry.seq };
    await this.#facts.caughtUp();
    if (added.length > 0) for (const listener of this.#listeners) listener(added);
    return added;
  }

  /** Resolves when everything before is in place and known. */
  async #ready(): Promise<void> {
    while (this.#isBusy) await (this.#reloading ?? this.#spoilt?.promise ?? this.#facts.caughtUp());
  }

  #attempt(work: () => HeldEntry[], before: FeedVector): HeldEntry[] {
    try {
      return work();
    } catch (error) {
      if (!sameVector(before, this.feeds.vector())) this.#spoilt ??= Promise.withResolvers();
      throw error;
    }
  }

  get #isBusy(): boolean {
    return this.#reloading !== null || this.#spoilt !== null || this.#facts.isBehind;
  }

  #reload(): Promise<void> {
    this.#reloading ??= TeamFacts.load(this.teamId, this.#parts.feeds)
      .then(facts => {
        this.#facts = facts;
        this.#stored = facts.feeds.vector();
      })
      .finally(() => {
        this.#reloading = null;
        this.#spoilt?.resolve();
        this.#spoilt = null;
      });
    return this.#reloading;
  }
}

const sameVector = (a: FeedVector, b: FeedVector) =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([author, seq]) => b[author] === seq);

const place = ({ author, seq }: Entry) => `Entry ${seq} of device ${author.slice(0, 8)}`;

const forkSentence = (entry: Entry) =>
  `${place(entry)} exists in two versions: that device, or a copy of its key, wrote two histories. Only the first counts here.`;
