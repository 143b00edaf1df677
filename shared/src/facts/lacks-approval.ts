import type { AliasRules } from './alias-rules.ts';
import type { HeldEntry } from './entry-hash.ts';
import { refusal, type Refusal } from './refusal.ts';
import type { ModelState, VersionState } from './registry-models.ts';
import type { ReviewFacts } from './review-facts.ts';

interface Asked {
  model: ModelState;
  version: VersionState;
  rules: AliasRules;
  reviews: ReviewFacts;
  /** Whether an entry is in the past of the one that is judged. */
  isBefore: (item: HeldEntry) => boolean;
}

/** What a version lacks to become an alias; null for nothing (R6, R8, R20). */
export function lacksForAlias(alias: string, asked: Asked): Refusal | null {
  return lacksCount(alias, asked) ?? lacksReviewers(alias, asked);
}

/** A policy for an alias named like the stage holds for the stage, too: it must not be a way around (R15). */
export function lacksForStage(stage: string, asked: Asked): Refusal | null {
  for (const alias of asked.rules.namedLike(stage)) {
    const problem = lacksCount(alias, asked);
    if (problem) return problem;
  }
  return stage === 'None' || stage === 'Archived' ? null : lacksReviewers(stage, asked);
}

function lacksCount(alias: string, { model, version, rules, isBefore }: Asked): Refusal | null {
  const needed = rules.approvalsFor(alias, isBefore);
  const given = approvingBefore(version, isBefore).size;
  if (given >= needed) return null;
  return refusal(
    'NEEDS_APPROVAL',
    `${model.name} v${version.version} has ${given} of the ${needed} approvals that ${alias} needs.`,
    'Ask a reviewer who did not register it.',
  );
}

const lacksReviewers = (target: string, { model, version, reviews, isBefore }: Asked): Refusal | null =>
  reviews.lacks(target, { model: model.name, version }, approvingBefore(version, isBefore), isBefore);

/** People whose latest verdict in the past approves. */
function approvingBefore(version: VersionState, isBefore: Asked['isBefore']): Set<string> {
  const approving = new Set<string>();
  for (const { item, person, verdict } of version.verdicts) {
    if (!isBefore(item)) continue;
    if (verdict === 'approve') approving.add(person);
    else approving.delete(person);
  }
  return approving;
}
