import type { HeldEntry } from './entry-hash.ts';

type Clock = Int32Array;

/** What is in the past of each entry, by vector clocks: `after` says only what its author chose to say. */
export class Clocks {
  readonly #chains: ReadonlyMap<string, readonly HeldEntry[]>;
  readonly #authors = new Map<string, number>();
  readonly #clocks = new Map<string, Clock>();

  constructor(chains: ReadonlyMap<string, readonly HeldEntry[]>) {
    this.#chains = chains;
  }

  /** Of an entry whose causes were noted. Noting again changes nothing: a past never changes. */
  note(item: HeldEntry): void {
    if (this.#clocks.has(item.hash)) return;
    const { author, seq, after } = item.entry;
    const own = this.#indexOf(author);
    const clock: Clock = new Int32Array(this.#authors.size);
    if (seq > 1) this.#include(clock, author, seq - 1);
    for (const device in after) this.#include(clock, device, after[device]!);
    clock[own] = seq;
    this.#clocks.set(item.hash, clock);
  }

  forget(item: HeldEntry): void {
    this.#clocks.delete(item.hash);
  }

  precedes(earlier: HeldEntry, later: HeldEntry): boolean {
    return earlier.hash !== later.hash && this.seen(later, earlier.entry.author) >= earlier.entry.seq;
  }

  /** Highest seq of `author` in the past of `item`, itself included. */
  seen(item: HeldEntry, author: string): number {
    const index = this.#authors.get(author);
    return index === undefined ? 0 : (this.#clocks.get(item.hash)?.[index] ?? 0);
  }

  /** Authors that came up later have no place in an earlier clock: it had not seen them. */
  #include(clock: Clock, author: string, seq: number): void {
    if ((clock[this.#indexOf(author)] ?? 0) >= seq) return;
    const past = this.#clocks.get(this.#chains.get(author)![seq - 1]!.hash)!;
    for (let i = 0; i < past.length; i++) if (past[i]! > clock[i]!) clock[i] = past[i]!;
  }

  #indexOf(author: string): number {
    const known = this.#authors.get(author);
    if (known !== undefined) return known;
    this.#authors.set(author, this.#authors.size);
    return this.#authors.size - 1;
  }
}
