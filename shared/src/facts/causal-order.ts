import { Clocks } from './clocks.ts';
import type { HeldEntry } from './entry-hash.ts';
import { Picking } from './picking.ts';

/** Entries with what happened before what. */
export interface CausalHistory {
  /**
   * Every entry whose whole past is held, causes before effects, ties by hash. The order is a function of the set
   * alone, and a larger set keeps the relative order of what was there.
   */
  readonly ordered: readonly HeldEntry[];
  /** Entries that refer to something not held; they count once it arrives. */
  readonly waiting: readonly HeldEntry[];
  /** Whether `earlier` is in the causal past of `later`. False for an entry and itself. */
  precedes(earlier: HeldEntry, later: HeldEntry): boolean;
}

/** Orders entries by their chains and `after` vectors. Where an author forked, the entry with the lower hash is taken. */
export function causalHistory(entries: Iterable<HeldEntry>): CausalHistory {
  const chains = chainsOf(entries);
  const clocks = new Clocks(chains);
  const done = new Map<string, number>();
  const ordered: HeldEntry[] = [];
  const picking = new Picking(chains, done);
  for (let item = picking.next(); item; item = picking.next()) {
    clocks.note(item);
    ordered.push(item);
  }
  return {
    ordered,
    waiting: [...chains].flatMap(([author, chain]) => chain.slice(done.get(author) ?? 0)),
    precedes: (earlier, later) => clocks.precedes(earlier, later),
  };
}

function chainsOf(entries: Iterable<HeldEntry>): Map<string, HeldEntry[]> {
  const bySeq = new Map<string, Map<number, HeldEntry>>();
  for (const item of entries) {
    const { author, seq } = item.entry;
    const chain = bySeq.get(author) ?? new Map<number, HeldEntry>();
    const rival = chain.get(seq);
    if (!rival || item.hash < rival.hash) chain.set(seq, item);
    bySeq.set(author, chain);
  }
  const chains = new Map<string, HeldEntry[]>();
  for (const [author, chain] of bySeq) {
    const unbroken: HeldEntry[] = [];
    for (let item = chain.get(1); item; item = chain.get(unbroken.length + 1)) unbroken.push(item);
    if (unbroken.length > 0) chains.set(author, unbroken);
  }
  return chains;
}
