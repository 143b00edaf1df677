import type { HeldEntry } from './entry-hash.ts';
import { GrowingHistory } from './growing-history.ts';
import { GrowingMembership } from './growing-membership.ts';
import { Journal } from './journal.ts';
import { isMembershipFact } from './membership-kinds.ts';
import { ModelViews } from './model-views.ts';
import { RegistryFacts } from './registry-facts.ts';
import { whatFactsSay, type Registry } from './registry.ts';
import type { Refusal } from './refusal.ts';

/** How many of the last entries can be taken back where they stand. What lands before them is replayed from the start. */
const defaultKeeps = 1000;
const entriesPerStep = 16;

/**
 * The registry of feeds that grow: always what `registryOf` says of all that was added. An entry that comes after
 * everything costs as much as what it says. One that lands earlier takes back what stands behind it, or, far back, begins
 * a replay of everything; `registry` is what it was until that is done.
 */
export class GrowingRegistry {
  readonly #history = new GrowingHistory();
  readonly #membership = new GrowingMembership(this.#history);
  readonly #views = new ModelViews();
  readonly #keeps: number;
  #journal: Journal;
  #facts: RegistryFacts;
  #applied = 0;
  #registry: Registry;
  #work: Generator<void, void> | null = null;

  constructor(keeps = defaultKeeps) {
    this.#keeps = keeps;
    this.#journal = new Journal(keeps);
    this.#facts = new RegistryFacts(this.#membership, this.#journal);
    this.#registry = this.#told();
  }

  /** As of the last time that all was taken up. Its functions answer until more is added. */
  get registry(): Registry {
    return this.#registry;
  }

  /** Whether something is still to be taken up. */
  get isBehind(): boolean {
    return this.#work !== null;
  }

  /** Sequence number that an author's next entry has. */
  nextSeq(author: string): number {
    return this.#history.chain(author).length + 1;
  }

  /** Adds the next entries of their authors' chains, as `Feeds` took them. Then call `catchUp` until it says true. */
  add(items: readonly HeldEntry[]): void {
    if (this.#work) throw new Error('Entries were added before the last ones were taken up.');
    this.#work = this.#takeUp(items);
  }

  /** Takes up what was added, a number of short steps of it. Whether that is all. */
  catchUp(steps = Infinity): boolean {
    for (let step = 0; this.#work && step < steps; step++) if (this.#work.next().done) this.#work = null;
    return this.#work === null;
  }

  /**
   * Why an entry that follows everything its author has seen would have no effect; null when it would count. The
   * reducers themselves judge it, and nothing of it stays.
   */
  judge(item: HeldEntry): Refusal | null {
    if (this.#work) throw new Error('An entry was judged before the last ones were taken up.');
    const problem = this.#history.with(item, place => {
      if (isMembershipFact(item)) return this.#membership.judge(item);
      if (this.#history.ordered[place] !== item) return null;
      if (this.#applied - place > this.#journal.depth) return this.#judgeApart(place);
      while (this.#applied > place) this.#takeBackOne();
      const refused = this.#facts.take(item);
      this.#journal.undo();
      return refused;
    });
    for (const { ordered } = this.#history; this.#applied < ordered.length;) this.#takeOne(ordered[this.#applied]!);
    return problem;
  }

  *#takeUp(items: readonly HeldEntry[]): Generator<void, void> {
    const place = yield* this.#history.adding(items);
    const changed = yield* this.#membership.growing(place);
    const { ordered } = this.#history;
    const from = Math.min(place, this.#applied, ...changed.map(item => ordered.lastIndexOf(item)));
    const isNew = this.#applied - from > this.#journal.depth;
    if (isNew) {
      this.#journal = new Journal(this.#keeps);
      this.#facts = new RegistryFacts(this.#membership, this.#journal);
      this.#applied = 0;
    } else while (this.#applied > from) this.#takeBackOne();
    this.#journal.expect(ordered.length - this.#applied);
    while (this.#takeSome(ordered)) yield;
    const touched = this.#facts.touched.empty();
    const { byName } = this.#facts.models;
    const isRenamed = this.#views.rename(this.#membership.members);
    if (isNew || isRenamed) yield* this.#views.replace(byName);
    else yield* this.#views.update(touched, byName);
    this.#registry = this.#told();
  }
  /** Outside of the generator: a loop in there is never compiled. Whether there is more. */
  #takeSome(ordered: readonly HeldEntry[]): boolean {
    const end = Math.min(ordered.length, this.#applied + entriesPerStep);
    while (this.#applied < end) this.#takeOne(ordered[this.#applied]!);
    return end < ordered.length;
  }

  #takeOne(item: HeldEntry): void {
    this.#facts.take(item);
    this.#applied++;
  }

  #takeBackOne(): void {
    this.#journal.undo();
    this.#applied--;
  }

  /** For an entry with more behind it than can be taken back. */
  #judgeApart(place: number): Refusal | null {
    const facts = new RegistryFacts(this.#membership);
    for (const item of this.#history.ordered.slice(0, place)) facts.take(item);
    return facts.take(this.#history.ordered[place]!);
  }

  #told(): Registry {
    return { models: this.#views.all, ...whatFactsSay(this.#facts, this.#membership) };
  }
}
