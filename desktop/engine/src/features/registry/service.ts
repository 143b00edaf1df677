import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type {
  AliasPolicies,
  ModelStage,
  ModelVersion,
  RegisteredModel,
  Verdict,
} from '@benchmate/shared/domain/registry';
import type { Fact } from '@benchmate/shared/facts/entry';
import { explain, type Explained } from '@benchmate/shared/facts/explain';
import type { Registry } from '@benchmate/shared/facts/registry';
import { Announcer } from '../../host/announcer.ts';
import type { Clock, Random } from '../../host/clock.ts';
import { newId } from '../../host/new-id.ts';
import type { NewVersion, RegistryPort, VersionRef } from '../../mlflow/registry-port.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { stateFacts } from '../../replication/feeds/state-fact.ts';
import { findModel, findVersion } from './find.ts';
import { withReviewers } from './needs-approval.ts';

type Describe = (registry: Registry) => Fact;

export interface RegistryParts {
  current: CurrentTeam;
  clock: Clock;
  random: Random;
  announcer: Announcer<RegisteredModel>;
}

/**
 * The team's models: what the facts say, and new facts. Every change is one signed entry or several; it is refused
 * before it is signed when the team's rules would not count it.
 */
export class RegistryService implements RegistryPort {
  readonly announcer: Announcer<RegisteredModel>;
  /** Policies and required reviewers, which change what every model says of approvals. */
  readonly rules: Announcer<AliasPolicies>;
  readonly #parts: RegistryParts;
  /** What clients know: a model that changes becomes another object. */
  readonly #announced = new WeakSet<RegisteredModel>();
  #announcedRules: string;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
    this.announcer = parts.announcer;
    this.rules = new Announcer(newId(parts.random));
    this.#announcedRules = this.#rulesText;
    for (const model of this.list()) this.#announced.add(model);
    parts.current.onEntries(() => this.#announceChanges());
    parts.current.onSwitch(() => this.#announceChanges());
  }

  list(): RegisteredModel[] {
    return [...this.#registry.models];
  }

  get(model: string): RegisteredModel {
    return findModel(this.#registry, model);
  }

  policies(): AliasPolicies {
    return this.#registry.policies;
  }

  history(model: string): Explained[] {
    const items = explain(this.#registry, model);
    if (items.length === 0) findModel(this.#registry, model);
    return items;
  }

  async register(input: Omit<NewVersion, 'tags'>): Promise<RegisteredModel> {
    const { model } = await this.registerVersion({ ...input, tags: {} });
    return this.get(model);
  }

  async approve(ref: VersionRef, verdict: Verdict, comment: string): Promise<RegisteredModel> {
    return this.#onVersion(ref, versionId => ({
      kind: 'approval.given',
      model: ref.model,
      versionId,
      verdict,
      comment,
    }));
  }

  async promote({ alias, ...ref }: VersionRef & { alias: string }): Promise<RegisteredModel> {
    try {
      return await this.#onVersion(ref, versionId => ({ kind: 'alias.promoted', model: ref.model, alias, versionId }));
    } catch (error) {
      throw this.#namingReviewers(error, ref, alias);
    }
  }

  async resolve({ alias, reason, ...ref }: VersionRef & { alias: string; reason: string }): Promise<RegisteredModel> {
    return this.#onVersion(ref, versionId => ({
      kind: 'contested.resolved',
      model: ref.model,
      alias,
      versionId,
      reason,
    }));
  }

  async setPolicy(alias: string, approvals: number): Promise<AliasPolicies> {
    await this.#state(() => ({ kind: 'policy.set', alias, approvals }));
    return this.policies();
  }

  async setPolicies(policies: AliasPolicies, from: string): Promise<AliasPolicies> {
    const facts = Object.entries(policies).map(
      ([alias, approvals]) =>
        () =>
          ({ kind: 'policy.set', alias, approvals, from }) as const,
    );
    if (facts.length > 0) await stateFacts(this.#parts.current.replica, this.#parts.clock, facts);
    return this.policies();
  }

  async dropAlias(model: string, alias: string): Promise<RegisteredModel> {
    await this.#state(() => ({ kind: 'alias.removed', model, alias }));
    return this.get(model);
  }

  async createModel(input: { model: string; description: string; tags: Readonly<Record<string, string>> }) {
    const { model, description, tags } = input;
    await this.#state(() => ({ kind: 'model.created', model, description }), ...tagged(model, null, tags));
    return this.get(model);
  }

  async getModel(model: string): Promise<RegisteredModel> {
    return this.get(model);
  }

  async listModels(): Promise<RegisteredModel[]> {
    return this.list();
  }

  async renameModel(model: string, to: string): Promise<RegisteredModel> {
    await this.#state(() => ({ kind: 'model.renamed', model, to }));
    return this.get(to);
  }

  async deleteModel(model: string): Promise<void> {
    await this.#state(() => ({ kind: 'model.deleted', model }));
  }

  async describe(model: string, version: number | null, description: string): Promise<void> {
    await this.#onEither(model, version, versionId => ({ kind: 'model.described', model, versionId, description }));
  }

  async setTag(model: string, version: number | null, key: string, value: string): Promise<void> {
    const tags = this.#tagsOf(model, version);
    if (Object.hasOwn(tags, key) && tags[key] === value) return;
    await this.#onEither(model, version, versionId => ({ kind: 'model.tagged', model, versionId, key, value }));
  }

  async deleteTag(model: string, version: number | null, key: string): Promise<void> {
    if (!Object.hasOwn(this.#tagsOf(model, version), key)) return;
    await this.#onEither(model, version, versionId => ({ kind: 'model.tagged', model, versionId, key, value: null }));
  }

  async registerVersion({ model, source, runId, files, description, tags }: NewVersion): Promise<ModelVersion> {
    const versionId = newId(this.#parts.random, 16);
    await this.#state(
      () => ({ kind: 'model.version-registered', model, versionId, source, runId, description }),
      ...tagged(model, versionId, tags),
      ...(files ? [() => ({ kind: 'model.version-shared', model, versionId, files }) as const] : []),
    );
    return this.get(model).versions.find(version => version.versionId === versionId)!;
  }

  async getVersion(ref: VersionRef): Promise<ModelVersion> {
    return findVersion(this.#registry, ref);
  }

  async deleteVersion(ref: VersionRef): Promise<void> {
    await this.#state(registry => ({
      kind: 'model.version-deleted',
      model: ref.model,
      versionId: findVersion(registry, ref).versionId,
    }));
  }

  async stage(ref: VersionRef, stage: ModelStage, archiveOthers: boolean): Promise<void> {
    try {
      await this.#state(registry => {
        const { versionId } = findVersion(registry, ref);
        const others = findModel(registry, ref.model).versions.filter(other => other.stage === stage);
        const archived = others.map(other => other.versionId).filter(other => archiveOthers && other !== versionId);
        return { kind: 'model.version-staged', model: ref.model, versionId, stage, archived };
      });
    } catch (error) {
      const policies = Object.entries(this.policies()).filter(([alias]) => alias.toLowerCase() === stage.toLowerCase());
      const [strictest] = policies.toSorted(([, a], [, b]) => b - a);
      throw this.#namingReviewers(error, ref, strictest?.[0] ?? stage);
    }
  }

  async setAlias(model: string, alias: string, version: number): Promise<void> {
    const { versionId } = findVersion(this.#registry, { model, version });
    const state = this.get(model).aliases.find(known => known.alias === alias);
    if (state?.holder === versionId && !state.contested) return;
    await this.promote({ model, version, alias });
  }

  async removeAlias(model: string, alias: string): Promise<void> {
    if (this.get(model).aliases.some(state => state.alias === alias)) await this.dropAlias(model, alias);
  }

  async getByAlias(model: string, alias: string): Promise<ModelVersion> {
    const { aliases, versions } = this.get(model);
    const holder = aliases.find(state => state.alias === alias)?.holder;
    const version = versions.find(({ versionId }) => versionId === holder);
    if (!version)
      throw new BenchmateError('BAD_REQUEST', `Registered model alias ${alias} not found.`, `Promote a version first.`);
    return version;
  }

  get #registry(): Registry {
    return this.#parts.current.replica.registry;
  }

  async #onVersion(ref: VersionRef, fact: (versionId: string) => Fact): Promise<RegisteredModel> {
    await this.#state(registry => fact(findVersion(registry, ref).versionId));
    return this.get(ref.model);
  }

  async #onEither(model: string, version: number | null, fact: (versionId: string | null) => Fact): Promise<void> {
    await this.#state(registry => fact(version === null ? null : findVersion(registry, { model, version }).versionId));
  }

  async #state(...facts: readonly Describe[]): Promise<void> {
    await stateFacts(this.#parts.current.replica, this.#parts.clock, facts);
  }

  #tagsOf(model: string, version: number | null): Readonly<Record<string, string>> {
    return version === null ? this.get(model).tags : findVersion(this.#registry, { model, version }).tags;
  }

  #namingReviewers(error: unknown, ref: VersionRef, alias: string): unknown {
    if (!(error instanceof BenchmateError) || error.code !== 'NEEDS_APPROVAL') return error;
    return withReviewers(this.#registry, findVersion(this.#registry, ref), alias);
  }

  get #rulesText(): string {
    const { policies, reviewers } = this.#registry;
    return JSON.stringify([policies, reviewers.rules]);
  }

  #announceChanges(): void {
    const rules = this.#rulesText;
    if (rules !== this.#announcedRules) this.rules.announce(this.policies());
    this.#announcedRules = rules;
    for (const model of this.list()) {
      if (this.#announced.has(model)) continue;
      this.#announced.add(model);
      this.announcer.announce(model);
    }
  }
}

const tagged = (model: string, versionId: string | null, tags: Readonly<Record<string, string>>): Describe[] =>
  Object.entries(tags).map(([key, value]) => () => ({ kind: 'model.tagged', model, versionId, key, value }));
