import type { FileReview } from '../domain/file-review.ts';
import type { AliasPolicies, RegisteredModel } from '../domain/registry.ts';
import type { HeldEntry } from './entry-hash.ts';
import { membershipOf, type Membership } from './membership.ts';
import type { ProjectKeys } from './project-keys.ts';
import { nameIn, registeredModel } from './registered-model.ts';
import { RegistryFacts } from './registry-facts.ts';
import type { Refusal } from './refusal.ts';
import type { RequiredReviewers } from './review-facts.ts';

export interface Registry {
  /** By name. */
  models: readonly RegisteredModel[];
  /** Aliases with a policy. */
  policies: AliasPolicies;
  /** Whose approval promotions need. */
  reviewers: RequiredReviewers;
  /** Reviews of files, by project and path. */
  fileReviews: () => readonly FileReview[];
  membership: Membership;
  /** What it was made of, in causal order. */
  entries: readonly HeldEntry[];
  /** Why the entry with this hash has no effect. */
  refusalOf: (hash: string) => Refusal | undefined;
  /** Present or last name of the model that the entry with this hash is about. */
  modelOf: (hash: string) => string | undefined;
  /** Number of a version, also of one that was deleted. */
  numberOf: (versionId: string) => number | undefined;
  /** Keys for the notes and comments of a project; null where they are not encrypted. */
  keysOf: (project: string) => ProjectKeys | null;
  /** Projects whose notes and comments are encrypted. */
  encryptedProjects: () => string[];
}

/**
 * Pure reducer: the same set of entries, in any order, gives the same registry. One pass over the causal order. Rules
 * R1 to R23 in SPEC.md. For time travel, give it the entries that were there at the time. Who keeps up with feeds that
 * grow takes `GrowingRegistry`.
 */
export function registryOf(entries: Iterable<HeldEntry>, membership: Membership = membershipOf(entries)): Registry {
  const facts = new RegistryFacts(membership);
  for (const item of membership.history.ordered) facts.take(item);
  const nameOf = nameIn(membership.members);
  const models = [...facts.models.byName.values()].map(model => registeredModel(model, nameOf));
  return {
    models: models.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...whatFactsSay(facts, membership),
  };
}

/** All but the models. */
export function whatFactsSay(facts: RegistryFacts, membership: Membership): Omit<Registry, 'models'> {
  return {
    policies: facts.rules.now(),
    reviewers: facts.reviews.required,
    fileReviews: () => facts.files.told(nameIn(membership.members)),
    membership,
    entries: membership.history.ordered,
    refusalOf: hash => facts.refusals.get(hash) ?? membership.ignored.get(hash),
    modelOf: hash => facts.subjects.get(hash)?.name,
    numberOf: versionId => facts.models.byVersion.get(versionId)?.version.version,
    keysOf: project => facts.keys.of(project),
    encryptedProjects: () => facts.keys.projects(),
  };
}
