import type { HeldEntry } from './entry-hash.ts';

/** Picks entries causes before effects, ties by hash, counting in `done` how many of each author were picked. */
export class Picking {
  readonly #chains: ReadonlyMap<string, readonly HeldEntry[]>;
  readonly #done: Map<string, number>;
  readonly #ready: HeldEntry[] = [];
  readonly #blocked = new Map<string, HeldEntry[]>();

  /** `done`: what was picked before; nothing picked may come after something that was not. */
  constructor(chains: ReadonlyMap<string, readonly HeldEntry[]>, done: Map<string, number>) {
    this.#chains = chains;
    this.#done = done;
    for (const [author, chain] of chains) this.#queue(chain[done.get(author) ?? 0]);
  }

  /** Null when nothing more can be picked. */
  next(): HeldEntry | null {
    if (this.#ready.length === 0) return null;
    const item = this.#takeLowest();
    const { author, seq } = item.entry;
    this.#done.set(author, seq);
    const released = this.#blocked.get(author);
    if (released) {
      this.#blocked.delete(author);
      for (const waiter of released) this.#queue(waiter);
    }
    this.#queue(this.#chains.get(author)?.[seq]);
    return item;
  }

  #queue(item: HeldEntry | undefined): void {
    if (!item) return;
    const { after } = item.entry;
    for (const device in after)
      if ((this.#done.get(device) ?? 0) < after[device]!) {
        const blocked = this.#blocked.get(device);
        if (blocked) blocked.push(item);
        else this.#blocked.set(device, [item]);
        return;
      }
    this.#ready.push(item);
  }

  /** At most one entry per author is ready, so a scan beats a heap. */
  #takeLowest(): HeldEntry {
    const ready = this.#ready;
    let lowest = 0;
    for (let i = 1; i < ready.length; i++) if (ready[i]!.hash < ready[lowest]!.hash) lowest = i;
    const item = ready[lowest]!;
    ready[lowest] = ready.at(-1)!;
    ready.pop();
    return item;
  }
}
