import type { CausalHistory } from './causal-order.ts';
import { Clocks } from './clocks.ts';
import type { HeldEntry } from './entry-hash.ts';
import { Picking } from './picking.ts';

const entriesPerStep = 16;

/**
 * The causal history of feeds that grow. It always equals `causalHistory` of all that was added. An entry that comes
 * after everything costs as much as there are authors, one that lands earlier as much as lies behind it.
 */
export class GrowingHistory implements CausalHistory {
  readonly #chains = new Map<string, HeldEntry[]>();
  readonly #clocks = new Clocks(this.#chains);
  #done = new Map<string, number>();
  #ordered: HeldEntry[] = [];

  get ordered(): readonly HeldEntry[] {
    return this.#ordered;
  }

  get waiting(): HeldEntry[] {
    return [...this.#chains].flatMap(([author, chain]) => chain.slice(this.#done.get(author) ?? 0));
  }

  /** An author's entries, those that wait included. */
  chain(author: string): readonly HeldEntry[] {
    return this.#chains.get(author) ?? [];
  }

  /** How many of an author's entries are ordered. */
  orderedOf(author: string): number {
    return this.#done.get(author) ?? 0;
  }

  precedes(earlier: HeldEntry, later: HeldEntry): boolean {
    return this.#clocks.precedes(earlier, later);
  }

  /** Highest seq of `author` in the past of `item`. */
  seenBy(item: HeldEntry, author: string): number {
    return this.#clocks.seen(item, author);
  }

  /**
   * Adds the next entries of their authors' chains. Each step is short; `ordered` changes with the last one. Returns the
   * place of the first entry that is new in it, or the number of entries when all wait.
   */
  *adding(items: readonly HeldEntry[]): Generator<void, number> {
    for (const item of items) this.#append(item);
    const roots = items.filter(item => this.#isFree(item));
    if (roots.length === 0) return this.#ordered.length;
    const from = this.#placeAfterCauses(roots);
    const behind = this.#ordered.slice(from);
    const done = new Map(this.#done);
    for (const { entry } of behind) done.set(entry.author, Math.min(done.get(entry.author)!, entry.seq - 1));
    const ordered = behind.length > 0 ? this.#ordered.slice(0, from) : this.#ordered;
    const picking = new Picking(this.#chains, done);
    const picked: HeldEntry[] = [];
    while (this.#pickSome(picking, picked)) yield;
    const firstNew = picked.findIndex((item, index) => item !== behind[index]);
    for (const item of picked) ordered.push(item);
    this.#ordered = ordered;
    this.#done = done;
    return from + firstNew;
  }

  /** Asks `what` of the history with one more entry, which is the last of its author and is gone afterwards. */
  with<T>(item: HeldEntry, what: (place: number) => T): T {
    const before = { done: this.#done, ordered: this.#ordered, length: this.#ordered.length };
    const adding = this.adding([item]);
    let step = adding.next();
    while (!step.done) step = adding.next();
    try {
      return what(step.value);
    } finally {
      // Others that had waited for just this entry wait again.
      for (const added of this.#ordered.slice(step.value))
        if (added.entry.seq > (before.done.get(added.entry.author) ?? 0)) this.#clocks.forget(added);
      this.#done = before.done;
      this.#ordered = before.ordered;
      before.ordered.length = before.length;
      this.#chains.get(item.entry.author)!.pop();
    }
  }

  /** Outside of the generator: a loop in there is never compiled. */
  #pickSome(picking: Picking, picked: HeldEntry[]): boolean {
    for (let count = 0; count < entriesPerStep; count++) {
      const item = picking.next();
      if (!item) return false;
      this.#clocks.note(item);
      picked.push(item);
    }
    return true;
  }

  #append(item: HeldEntry): void {
    const { author, seq } = item.entry;
    const chain = this.#chains.get(author) ?? [];
    if (seq !== chain.length + 1) throw new Error(`Entry ${seq} of ${author} does not follow entry ${chain.length}.`);
    chain.push(item);
    this.#chains.set(author, chain);
  }

  /** Whether all its causes are ordered already. */
  #isFree({ entry }: HeldEntry): boolean {
    if (this.orderedOf(entry.author) < entry.seq - 1) return false;
    for (const device in entry.after) if (this.orderedOf(device) < entry.after[device]!) return false;
    return true;
  }

  /** The lowest place that one of them can have: right behind the last of its causes. */
  #placeAfterCauses(items: readonly HeldEntry[]): number {
    const open = new Set(items);
    let place = this.#ordered.length;
    for (; place > 0; place--) {
      const { author, seq } = this.#ordered[place - 1]!.entry;
      for (const item of open)
        if (item.entry.author === author ? item.entry.seq - 1 === seq : item.entry.after[author] === seq)
          open.delete(item);
      if (open.size === 0) break;
    }
    return place;
  }
}
