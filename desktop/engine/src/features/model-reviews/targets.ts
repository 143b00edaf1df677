import type { ReviewTarget } from '@benchmate/shared/domain/model-review';
import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import { missingGroups, requiredGroups } from '@benchmate/shared/domain/reviewer-rules';
import type { Registry } from '@benchmate/shared/facts/registry';
import { answerable, namesOf } from './people.ts';

/** What each alias asks of a version: aliases with a policy, those that rules name or the model has, and all others as `*`. */
export function targetsOf(registry: Registry, model: RegisteredModel, version: ModelVersion): ReviewTarget[] {
  const { policies, reviewers } = registry;
  const inRules = reviewers.rules.flatMap(({ pattern }) => {
    const at = pattern.lastIndexOf('@');
    const alias = pattern.slice(at + 1);
    return at < 0 || alias.includes('*') ? [] : [alias];
  });
  const aliases = new Set([...Object.keys(policies), ...inRules, ...model.aliases.map(({ alias }) => alias), '*']);
  return [...aliases].flatMap(alias => {
    const target = targetOf(registry, version, alias);
    return target.approvals.needed > 0 || target.groups.length > 0 ? [target] : [];
  });
}

function targetOf({ policies, reviewers, membership }: Registry, version: ModelVersion, alias: string): ReviewTarget {
  const nameOf = namesOf(membership.members);
  const approving = approvingOf(version, membership.members);
  const author = answerable(version.registeredBy.device, membership.members);
  const groups = requiredGroups(reviewers.rules, version.model, alias)
    .map(group => group.filter(person => person !== author))
    .filter(group => group.length > 0)
    .map(group => {
      const by = group.find(person => approving.has(person));
      return { people: group.map(nameOf), approvedBy: by === undefined ? null : nameOf(by) };
    });
  return { alias, approvals: { needed: policies[alias] ?? 0, given: approving.size }, groups };
}

/** People whose approval an alias lacks, in groups of whom one is needed. */
export function lackingReviewers(
  { reviewers, membership }: Registry,
  version: ModelVersion,
  alias: string,
): string[][] {
  const { members } = membership;
  return missingGroups(requiredGroups(reviewers.rules, version.model, alias), {
    answerable: answerable(version.registeredBy.device, members),
    approving: approvingOf(version, members),
  });
}

const approvingOf = ({ approvals }: ModelVersion, members: Registry['membership']['members']): Set<string> =>
  new Set(approvals.filter(({ verdict }) => verdict === 'approve').map(({ device }) => answerable(device, members)));
