import type { Entry, FeedHeads, FeedVector } from './entry.ts';
import { held, verifyEntry, type HeldEntry } from './entry-hash.ts';
import { fromBase64Url } from './keys.ts';
import { Picking } from './picking.ts';

/** An author's second history: a signed entry that does not follow from the chain that is held. Proof that the device, or a copy of its key, wrote twice. */
export interface Fork {
  author: string;
  seq: number;
  /** What is held under the number; null when only what it follows is another. */
  held: HeldEntry | null;
  rival: HeldEntry;
}

/**
 * What became of an offered entry. `gap`: entries before it are missing (`expected` is the next one wanted).
 * `fork`: well signed, but it contradicts the chain that is held, or follows what does; kept aside as evidence, without effect.
 */
export type AddResult =
  | { kind: 'added'; held: HeldEntry }
  | { kind: 'duplicate' }
  | { kind: 'gap'; expected: number }
  | { kind: 'fork'; fork: Fork; isKept: boolean }
  | { kind: 'invalid'; reason: string };

/** Evidence that is kept of one author: more of the same says no more, and whoever has a copied key could write without end. */
const mostForks = 16;

/**
 * The feeds of one team as one replica holds them: per author an unbroken, verified chain. Whether an author may state
 * a fact is not decided here but by the reducers.
 */
export class Feeds {
  readonly teamId: string;
  readonly #chains = new Map<string, HeldEntry[]>();
  readonly #forks = new Map<string, Fork>();
  /** Hash of evidence → where that history ends, as far as it came. */
  readonly #forkEnds = new Map<string, HeldEntry>();

  constructor(teamId: string) {
    this.teamId = teamId;
  }

  /** Adds an entry from anywhere, after verifying its place, team, chain and signature. */
  add(entry: Entry): AddResult {
    return this.take(held(entry), () => verifyEntry(entry));
  }

  /** `add` where the hash is computed already; `isSigned` is asked only for an entry that fits otherwise. */
  take(item: HeldEntry, isSigned: () => boolean): AddResult {
    const { entry } = item;
    const chain = this.#chains.get(entry.author) ?? [];
    if (chain[entry.seq - 1]?.hash === item.hash) return { kind: 'duplicate' };
    const misplaced = this.#misplaced(item);
    if (misplaced) return { kind: 'invalid', reason: misplaced };
    const fork = this.#forkBefore(entry);
    if (entry.seq > chain.length + 1 && !fork) return { kind: 'gap', expected: chain.length + 1 };
    if (!isSigned()) return { kind: 'invalid', reason: 'The signature is not its author’s.' };
    const rival = chain[entry.seq - 1];
    if (rival || entry.prev !== (chain.at(-1)?.hash ?? '')) {
      // What follows evidence says no more than that.
      if (fork) this.#forkEnds.set(fork.rival.hash, item);
      const found = fork ?? { author: entry.author, seq: entry.seq, held: rival ?? null, rival: item };
      return { kind: 'fork', fork: found, isKept: !fork && this.#keep(found) };
    }
    this.#append(item);
    return { kind: 'added', held: item };
  }

  /** Takes back, in order of `seq` per author, what this replica itself verified and stored. Signatures are not checked again. */
  restore(entries: Iterable<Entry>): void {
    for (const entry of entries) this.restoreHeld(held(entry));
  }

  /** `restore` of one entry that was stored with its hash. */
  restoreHeld(item: HeldEntry): void {
    const { author, seq, prev } = item.entry;
    const chain = this.#chains.get(author) ?? [];
    if (seq !== chain.length + 1 || prev !== (chain.at(-1)?.hash ?? ''))
      throw new Error(`The stored feed of ${author} is broken at entry ${seq}.`);
    this.#append(item);
  }

  /** Takes back a second history that this replica kept aside. */
  restoreFork(rival: HeldEntry): void {
    const { author, seq } = rival.entry;
    this.#keep({ author, seq, held: this.#chains.get(author)?.[seq - 1] ?? null, rival });
  }

  /** Gives an author's entries from `seq` on up again: for a replica that verifies first and then asks who may write. */
  retract(author: string, seq: number): void {
    const chain = this.#chains.get(author);
    chain?.splice(seq - 1);
    if (chain?.length === 0) this.#chains.delete(author);
  }

  /** The last entry of an author; what the next one follows. */
  head(author: string): { seq: number; hash: string } | null {
    const last = this.#chains.get(author)?.at(-1);
    return last ? { seq: last.entry.seq, hash: last.hash } : null;
  }

  vector(): FeedVector {
    return Object.fromEntries([...this.#chains].map(([author, chain]) => [author, chain.length]));
  }

  /** The entry that is held under a number. */
  at(author: string, seq: number): HeldEntry | null {
    return this.#chains.get(author)?.[seq - 1] ?? null;
  }

  /** Hash of each author's entry that `vector` ends with, as far as it is held. */
  hashesAt(vector: FeedVector): FeedHeads {
    const hashes: FeedHeads = {};
    for (const [author, seq] of Object.entries(vector)) {
      const item = this.at(author, seq);
      if (item) hashes[author] = item.hash;
    }
    return hashes;
  }

  /** Numbers under which somebody who states `vector` and `heads` holds another entry than is held here. */
  contradicted(vector: FeedVector, heads: FeedHeads = {}): FeedVector {
    const here = this.hashesAt(vector);
    const authors = Object.keys(here).filter(author => author in heads && heads[author] !== here[author]);
    return Object.fromEntries(authors.map(author => [author, vector[author]!]));
  }

  /** All held entries, author by author in order of `seq`. */
  entries(): HeldEntry[] {
    return [...this.#chains.values()].flat();
  }

  /** What somebody with `vector` lacks, causes before effects. Costs as much as it gives. */
  entriesAfter(vector: FeedVector): Entry[] {
    const had = [...this.#chains].map(
      ([author, { length }]) => [author, Math.min(length, vector[author] ?? 0)] as const,
    );
    const done = new Map(had);
    const ordered: HeldEntry[] = [];
    const picking = new Picking(this.#chains, done);
    for (let item = picking.next(); item; item = picking.next()) ordered.push(item);
    const waiting = [...this.#chains].flatMap(([author, chain]) => chain.slice(done.get(author)));
    return [...ordered, ...waiting].map(({ entry }) => entry);
  }

  /** What is kept of second histories. */
  forks(): Fork[] {
    return [...this.#forks.values()];
  }

  /** Of an author without a chain nothing is kept: anybody can sign the first entry of a stranger. */
  #keep(fork: Fork): boolean {
    const { author, rival } = fork;
    if (!this.#chains.has(author)) return false;
    const known = this.forks().filter(other => other.author === author).length;
    const isKnown = this.#forks.has(rival.hash);
    if (isKnown || known < mostForks) this.#forkEnds.set(rival.hash, rival);
    if (isKnown || known >= mostForks) return false;
    this.#forks.set(rival.hash, fork);
    return true;
  }

  /** The evidence that an entry goes on from. */
  #forkBefore({ author, prev }: Entry): Fork | undefined {
    for (const [start, end] of this.#forkEnds)
      if (end.hash === prev && end.entry.author === author) return this.#forks.get(start);
    return undefined;
  }

  #append(item: HeldEntry): void {
    const chain = this.#chains.get(item.entry.author);
    if (chain) chain.push(item);
    else this.#chains.set(item.entry.author, [item]);
  }

  #misplaced({ hash, entry }: HeldEntry): string | null {
    const founding = entry.fact.kind === 'team.founded';
    if (founding && (entry.team !== '' || entry.seq !== 1 || hash !== this.teamId))
      return 'Only the entry whose hash is the team’s id founds the team.';
    if (!founding && entry.team !== this.teamId) return 'The entry belongs to another team.';
    if (Object.keys(entry.after).some(device => fromBase64Url(device)?.length !== 32))
      return 'The entry refers to something that is not a device.';
    return entry.author in entry.after ? 'The entry refers to its own author.' : null;
  }
}

/** `vector` without what its holder has of another history than is held here: from the contradicted numbers on it has nothing of this one. */
export function withoutContradicted(vector: FeedVector, contradicted: FeedVector): FeedVector {
  const authors = Object.entries(contradicted);
  if (authors.length === 0) return vector;
  const lowered = { ...vector };
  for (const [author, seq] of authors) lowered[author] = Math.min(lowered[author] ?? 0, seq - 1);
  return lowered;
}
