import type { ClockDisagreement } from '../domain/registry-then.ts';
import type { CausalHistory } from './causal-order.ts';
import type { HeldEntry } from './entry-hash.ts';

/** An entry with the moment from which on it counts. */
export interface DatedEntry {
  item: HeldEntry;
  /** The latest time claimed by the entry or anything in its past, milliseconds since 1970 UTC. */
  countsFrom: number;
  /** Who claims that time: the entry itself where clocks agree. */
  by: HeldEntry;
}

/** A moment of the past: a time, or what the author of an entry had seen when writing it. */
export type Cut = { until: number } | { entry: HeldEntry };

export interface EntriesThen {
  counted: HeldEntry[];
  /** Only for a time. By device and the clock that it contradicts. */
  disagreements: Omit<ClockDisagreement, 'name' | 'otherName'>[];
}

/** Clocks that differ by less are not worth a word unless an entry is held back by it. */
const worthSayingMs = 60_000;

/**
 * From when on each entry counts. A time is its author's claim, and nobody can show that it is true; but nothing was
 * written before what it builds on. So an entry counts from the latest time that is claimed in its past or by itself:
 * never before its causes, whatever its author's clock says, and a later entry of anybody never changes it. Rule T1.
 */
export function dateEntries(ordered: readonly HeldEntry[]): DatedEntry[] {
  const chains = new Map<string, DatedEntry[]>();
  return ordered.map(item => {
    const { author, seq, after, at } = item.entry;
    const dated: DatedEntry = { item, countsFrom: Date.parse(at), by: item };
    const chain = chains.get(author) ?? [];
    if (seq > 1) putOff(dated, chain[seq - 2]!);
    for (const device in after) putOff(dated, chains.get(device)![after[device]! - 1]!);
    chain.push(dated);
    chains.set(author, chain);
    return dated;
  });
}

/** The entries that counted at a moment, in causal order: with each of them all that it builds on. Rules T2 and T3. */
export function entriesThen(history: CausalHistory, cut: Cut, now = Infinity): EntriesThen {
  const { ordered } = history;
  if ('entry' in cut) {
    const seen = (item: HeldEntry) => item.hash === cut.entry.hash || history.precedes(item, cut.entry);
    return { counted: ordered.filter(seen), disagreements: [] };
  }
  const dated = dateEntries(ordered);
  return {
    counted: dated.filter(({ countsFrom }) => countsFrom <= cut.until).map(({ item }) => item),
    disagreements: disagreementsAmong(dated, cut.until, now),
  };
}

function putOff(dated: DatedEntry, cause: DatedEntry): void {
  if (cause.countsFrom <= dated.countsFrom) return;
  dated.countsFrom = cause.countsFrom;
  dated.by = cause.by;
}

function disagreementsAmong(dated: readonly DatedEntry[], until: number, now: number): EntriesThen['disagreements'] {
  const found = new Map<string, EntriesThen['disagreements'][number]>();
  for (const { item, countsFrom, by } of dated) {
    const claim = Date.parse(item.entry.at);
    const heldBack = claim <= until && countsFrom > until;
    const kind = claim > now ? 'future' : 'older';
    const differenceMs = kind === 'future' ? claim - now : countsFrom - claim;
    if (differenceMs < worthSayingMs && !heldBack) continue;
    const [device, otherDevice] = [item.entry.author, by.entry.author];
    const key = `${kind} ${device} ${otherDevice}`;
    const group = found.get(key) ?? { device, otherDevice, kind, entries: 0, heldBack: 0, largestMs: 0 };
    group.entries++;
    if (heldBack) group.heldBack++;
    group.largestMs = Math.max(group.largestMs, differenceMs);
    found.set(key, group);
  }
  return [...found.values()].sort((a, b) => b.heldBack - a.heldBack || b.largestMs - a.largestMs);
}
