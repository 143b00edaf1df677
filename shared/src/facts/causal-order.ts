import type { HeldEntry } from './entry-hash.ts';

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

type Clock = Int32Array;

/** Orders entries by their chains and `after` vectors. Where an author forked, the entry with the lower hash is taken. */
export function causalHistory(entries: Iterable<HeldEntry>): CausalHistory {
  const chains = chainsOf(entries);
  const authors = new Map([...chains.keys()].map((author, index) => [author, index]));
  const done = new Map<string, number>();
  const clocks = new Map<string, Clock>();
  const ordered: HeldEntry[] = [];
  const ready: HeldEntry[] = [];
  const blocked = new Map<string, HeldEntry[]>();

  const queueNext = (item: HeldEntry | undefined) => {
    if (!item) return;
    const missing = Object.entries(item.entry.after).find(([device, seq]) => (done.get(device) ?? 0) < seq);
    if (!missing) ready.push(item);
    else blocked.set(missing[0], [...(blocked.get(missing[0]) ?? []), item]);
  };
  for (const chain of chains.values()) queueNext(chain[0]);

  while (ready.length > 0) {
    const item = takeLowest(ready);
    const { author, seq } = item.entry;
    clocks.set(item.hash, clockOf(item, chains, authors, clocks));
    ordered.push(item);
    done.set(author, seq);
    const released = blocked.get(author) ?? [];
    blocked.delete(author);
    for (const waiter of released) queueNext(waiter);
    queueNext(chains.get(author)?.[seq]);
  }
  return {
    ordered,
    waiting: [...chains.values()].flatMap(chain => chain.slice(done.get(chain[0]?.entry.author ?? '') ?? 0)),
    precedes(earlier, later) {
      if (earlier.hash === later.hash) return false;
      const index = authors.get(earlier.entry.author);
      return index !== undefined && (clocks.get(later.hash)?.[index] ?? 0) >= earlier.entry.seq;
    },
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

/** At most one entry per author is ready, so a scan beats a heap. */
function takeLowest(ready: HeldEntry[]): HeldEntry {
  let lowest = 0;
  for (let i = 1; i < ready.length; i++) if (ready[i]!.hash < ready[lowest]!.hash) lowest = i;
  const item = ready[lowest]!;
  ready[lowest] = ready.at(-1)!;
  ready.pop();
  return item;
}

/** Highest seq per author in the past of an entry and itself: `after` says only what its author chose to say. */
function clockOf(
  { entry }: HeldEntry,
  chains: ReadonlyMap<string, HeldEntry[]>,
  authors: ReadonlyMap<string, number>,
  clocks: ReadonlyMap<string, Clock>,
): Clock {
  const clock: Clock = new Int32Array(authors.size);
  const include = (author: string, seq: number) => {
    if ((clock[authors.get(author)!] ?? 0) >= seq) return;
    const past = clocks.get(chains.get(author)![seq - 1]!.hash)!;
    for (let i = 0; i < clock.length; i++) if (past[i]! > clock[i]!) clock[i] = past[i]!;
  };
  if (entry.seq > 1) include(entry.author, entry.seq - 1);
  for (const [device, seq] of Object.entries(entry.after)) include(device, seq);
  clock[authors.get(entry.author)!] = entry.seq;
  return clock;
}
