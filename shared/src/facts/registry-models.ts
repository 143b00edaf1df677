import type { ModelStage, ReviewRequest, Verdict, VersionFiles } from '../domain/registry.ts';
import { AliasHistory } from './alias-history.ts';
import type { CausalHistory } from './causal-order.ts';
import type { HeldEntry } from './entry-hash.ts';
import type { Journal } from './journal.ts';

/** What somebody was asked, while facts are taken up. */
export interface RequestState {
  item: HeldEntry;
  /** Who is asked, and who asks, or whose agent does. */
  person: string;
  by: string;
  comment: string;
  state: ReviewRequest['state'];
}

/** A registered version while facts are taken up. */
export interface VersionState {
  versionId: string;
  version: number;
  registered: HeldEntry;
  /** The person who registered it, or whose agent did. */
  answerable: string;
  source: string;
  runId: string | null;
  revisedAt: string;
  stage: ModelStage;
  description: string;
  tags: Map<string, string>;
  verdicts: { item: HeldEntry; person: string; verdict: Verdict; comment: string }[];
  remarks: { item: HeldEntry; person: string; comment: string }[];
  requests: RequestState[];
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
  readonly #journal: Journal;

  constructor(history: CausalHistory, journal: Journal) {
    this.#history = history;
    this.#journal = journal;
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
      this.#journal.push(existing.creations, item);
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
    this.#journal.set(this.byName, name, model);
    return model;
  }

  rename(model: ModelState, to: string, item: HeldEntry): void {
    const former = this.#formerNames.get(model.name) ?? [];
    this.#journal.set(this.#formerNames, model.name, former);
    this.#journal.push(former, { model, rename: item });
    this.#journal.delete(this.byName, model.name);
    this.#journal.assign(model, { name: to });
    this.#journal.set(this.byName, to, model);
    for (const version of model.versions.values()) this.#journal.assign(version, { revisedAt: item.entry.at });
  }

  /** Deletes what the author had seen of the model. What was registered apart from that survives. */
  delete(model: ModelState, item: HeldEntry): void {
    for (const version of model.versions.values())
      if (!version.deleted && this.#history.precedes(version.registered, item))
        this.#journal.assign(version, { deleted: item });
    const creations = model.creations.filter(creation => !this.#history.precedes(creation, item));
    this.#journal.assign(model, { creations });
    if (creations.length === 0) this.#journal.delete(this.byName, model.name);
  }

  alias(model: ModelState, alias: string): AliasHistory {
    const known = model.aliases.get(alias) ?? new AliasHistory(this.#history, this.#journal);
    this.#journal.set(model.aliases, alias, known);
    return known;
  }
}
