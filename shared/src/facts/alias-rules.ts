import type { AliasPolicies } from '../domain/registry.ts';
import type { HeldEntry } from './entry-hash.ts';
import type { Journal } from './journal.ts';

/** How many approvals aliases ask for, as the facts said one after the other (R8). */
export class AliasRules {
  readonly #rules = new Map<string, { item: HeldEntry; approvals: number }[]>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  set(item: HeldEntry, { alias, approvals }: { alias: string; approvals: number }): null {
    const ofAlias = this.#rules.get(alias) ?? [];
    this.#journal.set(this.#rules, alias, ofAlias);
    this.#journal.push(ofAlias, { item, approvals });
    return null;
  }

  /** The last rule among those that `isBefore`; without one none is asked for. */
  approvalsFor(alias: string, isBefore: (item: HeldEntry) => boolean): number {
    return this.#rules.get(alias)?.findLast(({ item }) => isBefore(item))?.approvals ?? 0;
  }

  /** Aliases with a rule that are called like a stage, in any case. */
  namedLike(stage: string): string[] {
    return [...this.#rules.keys()].filter(alias => alias.toLowerCase() === stage.toLowerCase());
  }

  now(): AliasPolicies {
    return Object.fromEntries([...this.#rules].map(([alias, all]) => [alias, all.at(-1)!.approvals]));
  }
}
