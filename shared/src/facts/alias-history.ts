import type { AliasClaim, AliasState } from '../domain/registry.ts';
import type { CausalHistory } from './causal-order.ts';
import type { HeldEntry } from './entry-hash.ts';
import type { Journal } from './journal.ts';

/** Something that moved an alias: a promotion, a resolution, or (with null) a removal. */
export interface AliasMove {
  item: HeldEntry;
  versionId: string | null;
}

/** Moves, given in causal order, that no other move has seen: what the alias says is decided among them. */
function headsOf(moves: readonly AliasMove[], history: CausalHistory): AliasMove[] {
  return moves.reduce<AliasMove[]>((heads, move) => withMove(heads, move, history), []);
}

const withMove = (heads: readonly AliasMove[], move: AliasMove, history: CausalHistory): AliasMove[] => [
  ...heads.filter(({ item }) => !history.precedes(item, move.item)),
  move,
];

/** The different versions that heads promote. Two or more: contested. A removal never rivals a promotion that it had not seen. */
function rivalsOf(heads: readonly AliasMove[]): string[] {
  return [...new Set(heads.flatMap(({ versionId }) => versionId ?? []))];
}

/**
 * One alias of one model while its moves are taken up in causal order. Heads are kept up to date, so that taking up a
 * move costs as much as there are rivals, not as much as there is history.
 */
export class AliasHistory {
  readonly #moves: AliasMove[] = [];
  #heads: AliasMove[] = [];
  readonly #history: CausalHistory;
  readonly #journal: Journal;

  constructor(history: CausalHistory, journal: Journal) {
    this.#history = history;
    this.#journal = journal;
  }

  take(move: AliasMove): void {
    this.#journal.push(this.#moves, move);
    const before = this.#heads;
    this.#journal.undoes(() => (this.#heads = before));
    this.#heads = withMove(this.#heads, move, this.#history);
  }

  /** What a version's promotion rivalled in the past of `item`. */
  rivalsBefore(item: HeldEntry): string[] {
    const precedes = (move: AliasMove) => this.#history.precedes(move.item, item);
    if (this.#heads.every(precedes)) return rivalsOf(this.#heads);
    return rivalsOf(headsOf(this.#moves.filter(precedes), this.#history));
  }

  /** Null when the alias points nowhere. `nameOf` gives a device's name; a version that is not `alive` rivals nobody. */
  state(alias: string, alive: (versionId: string) => boolean, nameOf: (device: string) => string): AliasState | null {
    const effective = (moves: readonly AliasMove[]) =>
      moves.map(move => (move.versionId !== null && alive(move.versionId) ? move : { ...move, versionId: null }));
    const heads = effective(this.#heads);
    const rivals = rivalsOf(heads);
    if (rivals.length === 0) return null;
    if (rivals.length === 1) return { alias, holder: rivals[0]!, contested: false, claims: [] };
    const claims = heads.flatMap(({ item, versionId }): AliasClaim[] => {
      if (versionId === null) return [];
      const { author, at } = item.entry;
      return [{ versionId, device: author, name: nameOf(author), at, entry: item.hash }];
    });
    return { alias, holder: this.#lastUncontested(effective(this.#moves), heads), contested: true, claims };
  }

  /** The holder in the past that all rivals share; if that was contested itself, the holder before it. */
  #lastUncontested(moves: readonly AliasMove[], heads: readonly AliasMove[]): string | null {
    const rivals = heads.filter(({ versionId }) => versionId !== null);
    const shared = moves.filter(({ item }) => rivals.every(rival => this.#history.precedes(item, rival.item)));
    const before = headsOf(shared, this.#history);
    const versions = rivalsOf(before);
    if (versions.length <= 1) return versions[0] ?? null;
    return this.#lastUncontested(shared, before);
  }
}
