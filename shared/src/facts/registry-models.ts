import type { ModelStage, Verdict, VersionFiles } from '../domain/registry.ts';
import { AliasHistory } from './alias-history.ts';
import type { CausalHistory } from './causal-order.ts';
import type { HeldEntry } from './entry-hash.ts';

/** A registered version while facts are taken up. */
export interface VersionState {
  versionId: string;
  version: number;
  registered: HeldEntry;
  source: string;
  runId: string | null;
  revisedAt: string;
  stage: ModelStage;
  description: string;
  tags: Map<string, string>;
  verdicts: { item: HeldEntry; verdict: Verdict; comment: string }[];
  files: VersionFiles | null;
  deleted: HeldEntry | null;
}

export interface ModelState {
  name: string;
  description: string;
  tags: Map<string, string>;
  createdAt: string;
  updatedAt: string;
  revisedAt: string;
  /** Entries that brought it into being; it lives while one of them was unseen by every deletion. */
  creations: HeldEntry[];
  versions: Map<string, VersionState>;
  /** Versions ever registered: the next number is one more, so that a number is never given twice. */
  numbered: number;
  aliases: Map<string, AliasHistory>;
}

/** The models by name and by version, also under names that they had when a fact was written. */
export class RegistryModels {
  readonly byName = new Map<string, ModelState>();
  readonly byVersion = new Map<string, { model: ModelState; version: VersionState }>();
  readonly #formerNames = new Map<string, { model: ModelState; rename: HeldEntry }[]>();
  readonly #history: CausalHistory;

  constructor(history: CausalHistory) {
    this.#history = history;
  }

  /** The model that the author of `item` meant by `name`: one renamed apart from it keeps its old name for it. */
  find(name: string, item: HeldEntry): ModelState | undefined {
    const former = this.#formerNames.get(name)?.find(({ rename }) => !this.#history.precedes(rename, item))?.model;
    return former && this.byName.get(former.name) === former ? former : this.byName.get(name);
  }

  /** The model of that name, made if there is none: two people who register one name apart mean one model. */
  create(name: string, description: string, item: HeldEntry): ModelState {
    const existing = this.find(name, item);
    if (existing) {
      existing.creations.push(item);
      return existing;
    }
    const { at } = item.entry;
    const model: ModelState = {
      name,
      description,
      tags: new Map(),
      createdAt: at,
      updatedAt: at,
      revisedAt: at,
      creations: [item],
      versions: new Map(),
      numbered: 0,
      aliases: new Map(),
    };
    this.byName.set(name, model);
    return model;
  }

  rename(model: ModelState, to: string, item: HeldEntry): void {
    this.#formerNames.set(model.name, [...(this.#formerNames.get(model.name) ?? []), { model, rename: item }]);
    this.byName.delete(model.name);
    model.name = to;
    this.byName.set(to, model);
    for (const version of model.versions.values()) version.revisedAt = item.entry.at;
  }

  /** Deletes what the author had seen of the model. What was registered apart from that survives. */
  delete(model: ModelState, item: HeldEntry): void {
    for (const version of model.versions.values())
      if (this.#history.precedes(version.registered, item)) version.deleted ??= item;
    model.creations = model.creations.filter(creation => !this.#history.precedes(creation, item));
    if (model.creations.length === 0) this.byName.delete(model.name);
  }

  alias(model: ModelState, alias: string): AliasHistory {
    const known = model.aliases.get(alias) ?? new AliasHistory(this.#history);
    model.aliases.set(alias, known);
    return known;
  }
}
