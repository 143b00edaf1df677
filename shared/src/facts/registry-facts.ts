import { AliasRules } from './alias-rules.ts';
import type { Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import { FileReviewFacts } from './file-review-facts.ts';
import { Journal } from './journal.ts';
import type { Membership } from './membership.ts';
import { lacksForAlias, lacksForStage } from './lacks-approval.ts';
import { lacksRegistrant } from './lacks-registrant.ts';
import { ProjectKeyFacts } from './project-keys.ts';
import { refusal, type Refusal } from './refusal.ts';
import { RegistryModels, type ModelState, type VersionState } from './registry-models.ts';
import { ReviewFacts } from './review-facts.ts';
import { revisingKinds, Touched } from './touched.ts';
import { isRegistryFact, lacksRight, projectOf, type Held, type RegistryFactKind } from './rights.ts';

type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>;
type Found = { model: ModelState; version: VersionState };

/**
 * Takes up the registry's facts one by one in causal order, and says of each that has no effect why. The last ones can
 * be taken back: as many as the journal keeps.
 */
export class RegistryFacts {
  readonly models: RegistryModels;
  readonly rules: AliasRules;
  readonly reviews: ReviewFacts;
  readonly files: FileReviewFacts;
  readonly keys: ProjectKeyFacts;
  readonly subjects = new Map<string, ModelState>();
  /** Facts without effect, by hash of their entry. */
  readonly refusals = new Map<string, Refusal>();
  readonly touched = new Touched();
  readonly #membership: Pick<Membership, 'standing' | 'history'>;
  readonly #journal: Journal;

  constructor(membership: Pick<Membership, 'standing' | 'history'>, journal = new Journal()) {
    this.#membership = membership;
    this.#journal = journal;
    this.models = new RegistryModels(membership.history, journal);
    this.rules = new AliasRules(journal);
    this.reviews = new ReviewFacts(journal);
    this.files = new FileReviewFacts(journal);
    this.keys = new ProjectKeyFacts(journal);
  }

  /** Null when the entry counts, or is not about the registry. */
  take(item: HeldEntry): Refusal | null {
    this.#journal.begin();
    const { fact } = item.entry;
    if (!isRegistryFact(fact.kind)) return null;
    const problem = this.#judge(item, fact, fact.kind);
    if (problem) this.#journal.set(this.refusals, item.hash, problem);
    return problem;
  }

  #judge(item: HeldEntry, fact: Fact, kind: RegistryFactKind): Refusal | null {
    const model = 'model' in fact ? this.models.find(fact.model, item) : undefined;
    if (model) this.#journal.set(this.subjects, item.hash, model);
    const standing = this.#membership.standing(item);
    if (standing.kind !== 'member') return standing.refusal;
    const problem = this.#lacksRight(item, kind, standing) ?? this.#apply(item, fact);
    if (!problem && 'model' in fact) this.#touch(item, fact);
    return problem;
  }

  /** In the project of the model as it is called where the fact counts, and where a renaming brings it. */
  #lacksRight({ hash, entry: { fact } }: HeldEntry, kind: RegistryFactKind, held: Held): Refusal | null {
    if (!('model' in fact)) return lacksRight(kind, held, 'project' in fact ? fact.project : null);
    const versioned = 'versionId' in fact && fact.versionId !== null ? this.models.byVersion.get(fact.versionId) : null;
    const name = versioned?.model.name ?? this.subjects.get(hash)?.name ?? fact.model;
    const moved = fact.kind === 'model.renamed' ? lacksRight(kind, held, projectOf(fact.to)) : null;
    return lacksRight(kind, held, projectOf(name)) ?? moved;
  }

  #apply(item: HeldEntry, fact: Fact): Refusal | null {
    switch (fact.kind) {
      case 'model.created':
        return this.#create(item, fact);
      case 'model.renamed':
        return this.#rename(item, fact);
      case 'model.deleted':
        return this.#withModel(item, fact.model, model => this.models.delete(model, item));
      case 'model.version-registered':
        return this.#register(item, fact);
      case 'model.version-deleted':
        return this.#withVersion(item, fact, ({ version }) => this.#journal.assign(version, { deleted: item }));
      case 'model.tagged':
        return this.#onEither(item, fact, target => {
          const { key, value } = fact;
          if (value !== null) this.#journal.set(target.tags, key, value);
          else this.#journal.assign(target, { tags: new Map([...target.tags].filter(([other]) => other !== key)) });
        });
      case 'model.described':
        return this.#onEither(item, fact, target => {
          this.#journal.assign(target, { description: fact.description, revisedAt: item.entry.at });
        });
      case 'model.version-staged':
        return this.#withVersion(item, fact, found => this.#stage(item, fact, found));
      case 'model.version-shared':
        return this.#withVersion(item, fact, found => this.#share(item, fact, found));
      case 'approval.given':
      case 'review.commented':
        return this.#withVersion(item, fact, found => this.#verdict(item, fact, found));
      case 'review.requested':
      case 'review.withdrawn':
        return this.#withVersion(item, fact, found => this.reviews.take(fact, this.#concerning(item, found)));
      case 'file-review.requested':
      case 'file-review.withdrawn':
      case 'file-review.given':
        return this.files.take(fact, this.#author(item));
      case 'reviewers.set':
        return this.reviews.setRequired(item, fact);
      case 'alias.promoted':
        return this.#withVersion(item, fact, found => this.#promote(item, fact, found));
      case 'contested.resolved':
        return this.#withVersion(item, fact, found => this.#resolve(item, fact, found));
      case 'alias.removed':
        return this.#withModel(item, fact.model, model => this.#removeAlias(item, fact.alias, model));
      case 'policy.set':
        return this.rules.set(item, fact);
      case 'encryption.begun':
      case 'encryption.rekeyed':
      case 'encryption.shared':
        return this.keys.take(item, fact, earlier => this.#precedes(earlier, item));
      default:
        return null;
    }
  }

  #create(item: HeldEntry, { model: name, description }: FactOf<'model.created'>): Refusal | null {
    const existing = this.models.find(name, item);
    if (existing?.creations.some(creation => this.#precedes(creation, item)))
      return refusal('ALREADY_EXISTS', `The model ${name} exists already.`, 'Register a version of it.');
    this.models.create(name, description, item);
    return null;
  }

  #rename(item: HeldEntry, { model: name, to }: FactOf<'model.renamed'>): Refusal | null {
    return this.#withModel(item, name, model => {
      const taken = this.models.byName.get(to);
      if (taken && taken !== model)
        return refusal('ALREADY_EXISTS', `A model named ${to} exists already.`, 'Choose another name.');
      this.models.rename(model, to, item);
      return null;
    });
  }

  #register(item: HeldEntry, fact: FactOf<'model.version-registered'>): Refusal | null {
    const { versionId, source, runId, description } = fact;
    if (this.models.byVersion.has(versionId)) return refusal('ALREADY_EXISTS', 'This version was registered already.');
    const model = this.models.create(fact.model, '', item);
    const number = model.numbered + 1;
    this.#journal.assign(model, { numbered: number });
    const state: VersionState = {
      versionId,
      version: number,
      registered: item,
      answerable: this.#answerable(item),
      source,
      runId,
      revisedAt: item.entry.at,
      stage: 'None',
      description,
      tags: new Map(),
      verdicts: [],
      remarks: [],
      requests: [],
      files: null,
      deleted: null,
    };
    this.#journal.set(model.versions, versionId, state);
    this.#journal.set(this.models.byVersion, versionId, { model, version: state });
    return null;
  }

  #share(item: HeldEntry, { files }: FactOf<'model.version-shared'>, found: Found): Refusal | void | null {
    return lacksRegistrant(item, found) ?? this.#journal.assign(found.version, { files });
  }

  #verdict(
    item: HeldEntry,
    fact: FactOf<'approval.given' | 'review.commented'>,
    { model, version }: Found,
  ): Refusal | null {
    const person = this.#answerable(item);
    if (version.answerable === person)
      return refusal(
        'FORBIDDEN',
        `${model.name} v${version.version} was registered by this member, and nobody reviews their own work.`,
        'Ask another reviewer.',
      );
    const { comment } = fact;
    if (fact.kind === 'review.commented') this.#journal.push(version.remarks, { item, person, comment });
    else this.#journal.push(version.verdicts, { item, person, verdict: fact.verdict, comment });
    this.reviews.answer({ person, version });
    return null;
  }

  #promote(item: HeldEntry, { alias }: FactOf<'alias.promoted'>, { model, version }: Found): Refusal | null {
    const problem = lacksForAlias(alias, this.#asked(item, { model, version }));
    if (problem) return problem;
    this.models.alias(model, alias).take({ item, versionId: version.versionId });
    return null;
  }

  #stage(item: HeldEntry, fact: FactOf<'model.version-staged'>, { model, version }: Found): Refusal | null {
    const { stage, archived } = fact;
    const problem = lacksForStage(stage, this.#asked(item, { model, version }));
    if (problem) return problem;
    for (const versionId of archived) {
      const former = model.versions.get(versionId);
      if (former === version || former?.stage !== stage) continue;
      this.#journal.assign(former, { stage: 'Archived', revisedAt: item.entry.at });
    }
    this.#journal.assign(version, { stage, revisedAt: item.entry.at });
    return null;
  }

  #resolve(item: HeldEntry, { alias }: FactOf<'contested.resolved'>, { model, version }: Found): Refusal | null {
    const rivals = model.aliases.get(alias)?.rivalsBefore(item) ?? [];
    if (rivals.length < 2)
      return refusal('CONFLICT', `${alias} of ${model.name} is not contested.`, 'Promote the version instead.');
    if (!rivals.includes(version.versionId))
      return refusal(
        'CONFLICT',
        `v${version.version} is not one of the rivals for ${alias} of ${model.name}.`,
        'Choose one of the rivals.',
      );
    this.models.alias(model, alias).take({ item, versionId: version.versionId });
    return null;
  }

  #removeAlias(item: HeldEntry, alias: string, model: ModelState): Refusal | null {
    if ((model.aliases.get(alias)?.rivalsBefore(item) ?? []).length === 0)
      return refusal('NOT_FOUND', `${model.name} has no alias ${alias}.`);
    this.models.alias(model, alias).take({ item, versionId: null });
    return null;
  }

  /** The person who stands for what an entry says: of an agent, its member. */
  #answerable(item: HeldEntry): string {
    const standing = this.#membership.standing(item);
    return standing.kind === 'member' ? standing.answerable : item.entry.author;
  }

  #author(item: HeldEntry) {
    return { item, person: this.#answerable(item), isBefore: (other: HeldEntry) => this.#precedes(other, item) };
  }

  #concerning(item: HeldEntry, found: Found) {
    return { ...found, ...this.#author(item), name: `${found.model.name} v${found.version.version}` };
  }

  #asked(item: HeldEntry, found: Found) {
    return { ...found, ...this.#author(item), rules: this.rules, reviews: this.reviews };
  }

  #onEither(
    item: HeldEntry,
    fact: FactOf<'model.tagged' | 'model.described'>,
    effect: (target: ModelState | VersionState) => void,
  ): Refusal | null {
    const { model, versionId } = fact;
    if (versionId === null) return this.#withModel(item, model, effect);
    return this.#withVersion(item, { model, versionId }, ({ version }) => effect(version));
  }

  #withModel(item: HeldEntry, name: string, effect: (model: ModelState) => Refusal | null | void): Refusal | null {
    const model = this.models.find(name, item);
    if (!model) return refusal('NOT_FOUND', `There is no model named ${name}.`, 'Register it first.');
    return effect(model) ?? null;
  }

  #withVersion(
    item: HeldEntry,
    { model, versionId }: { model: string; versionId: string },
    effect: (found: Found) => Refusal | null | void,
  ): Refusal | null {
    const found = this.models.byVersion.get(versionId);
    const deletion = found?.version.deleted;
    if (!found || (deletion && this.#precedes(deletion, item)))
      return refusal('NOT_FOUND', `${model} has no such version.`, 'It may have been deleted.');
    this.#journal.set(this.subjects, item.hash, found.model);
    return effect(found) ?? null;
  }

  #touch(item: HeldEntry, fact: Extract<Fact, { model: string }>): void {
    const model = this.subjects.get(item.hash) ?? this.models.find(fact.model, item);
    if (!model) return;
    this.#journal.set(this.subjects, item.hash, model);
    const { at } = item.entry;
    this.#journal.assign(model, revisingKinds.has(fact.kind) ? { updatedAt: at, revisedAt: at } : { updatedAt: at });
    this.touched.note(model, fact);
    this.#journal.undoes(() => this.touched.note(model, fact));
  }

  #precedes(earlier: HeldEntry, later: HeldEntry): boolean {
    return this.#membership.history.precedes(earlier, later);
  }
}
