import type { AliasPolicies, RegisteredModel } from '../domain/registry.ts';
import type { HeldEntry } from './entry-hash.ts';
import { membershipOf, type Membership } from './membership.ts';
import { RegistryFacts } from './registry-facts.ts';
import type { ModelState, VersionState } from './registry-models.ts';
import type { Refusal } from './refusal.ts';

export interface Registry {
  /** By name. */
  models: RegisteredModel[];
  /** Aliases with a policy. */
  policies: AliasPolicies;
  membership: Membership;
  /** Facts without effect, by hash of their entry, and why. */
  ignored: ReadonlyMap<string, Refusal>;
  /** Present or last name of the model that an entry is about, by hash. */
  subjects: ReadonlyMap<string, string>;
  /** Numbers of all versions ever registered, by version id. */
  numbers: ReadonlyMap<string, number>;
}

/**
 * Pure reducer: the same set of entries, in any order, gives the same registry. One pass over the causal order. Rules
 * R1 to R14 in SPEC.md. For time travel, give it the entries that were there at the time.
 */
export function registryOf(entries: Iterable<HeldEntry>, membership: Membership = membershipOf(entries)): Registry {
  const { history, ignored: ignoredMemberships } = membership;
  const facts = new RegistryFacts(membership);
  const ignored = new Map<string, Refusal>(ignoredMemberships);
  for (const item of history.ordered) {
    const problem = facts.take(item);
    if (problem) ignored.set(item.hash, problem);
  }
  const names = new Map(membership.members.map(member => [member.device, member.name]));
  const nameOf = (device: string) => names.get(device) ?? '';
  const models = [...facts.models.byName.values()].map(model => registeredModel(model, nameOf));
  return {
    models: models.sort((a, b) => (a.name < b.name ? -1 : 1)),
    policies: Object.fromEntries([...facts.policies].map(([alias, all]) => [alias, all.at(-1)!.approvals])),
    membership,
    ignored,
    subjects: new Map([...facts.subjects].map(([hash, model]) => [hash, model.name])),
    numbers: new Map([...facts.models.byVersion].map(([id, { version }]) => [id, version.version])),
  };
}

function registeredModel(model: ModelState, nameOf: (device: string) => string): RegisteredModel {
  const versions = [...model.versions.values()].filter(({ deleted }) => !deleted);
  const alive = new Set(versions.map(({ versionId }) => versionId));
  return {
    name: model.name,
    description: model.description,
    tags: Object.fromEntries(model.tags),
    createdAt: model.createdAt,
    updatedAt: model.updatedAt,
    revisedAt: model.revisedAt,
    versions: versions.map(version => modelVersion(model.name, version, nameOf)),
    aliases: [...model.aliases]
      .flatMap(([alias, moves]) => moves.state(alias, id => alive.has(id), nameOf) ?? [])
      .sort((a, b) => (a.alias < b.alias ? -1 : 1)),
  };
}

function modelVersion(model: string, state: VersionState, nameOf: (device: string) => string) {
  const { versionId, version, source, runId, revisedAt, stage, description, registered } = state;
  const latest = new Map<string, VersionState['verdicts'][number]>();
  for (const verdict of state.verdicts) {
    latest.delete(verdict.item.entry.author);
    latest.set(verdict.item.entry.author, verdict);
  }
  return {
    versionId,
    version,
    model,
    source,
    runId,
    registeredBy: { device: registered.entry.author, name: nameOf(registered.entry.author) },
    at: registered.entry.at,
    revisedAt,
    stage,
    description,
    tags: Object.fromEntries(state.tags),
    approvals: [...latest].map(([device, { item, verdict, comment }]) => ({
      device,
      name: nameOf(device),
      verdict,
      comment,
      at: item.entry.at,
    })),
    files: state.files,
  };
}
