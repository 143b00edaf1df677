import type { ReviewVerdict } from '@benchmate/shared/domain/model-review';
import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';

export interface LastReviewed {
  version: ModelVersion;
  verdict: ReviewVerdict;
  at: string;
}

/** The newest version before this one that a person gave a verdict on, of whatever kind; null for none. */
export function lastReviewed(
  { versions }: RegisteredModel,
  before: ModelVersion,
  isTheirs: (device: string) => boolean,
): LastReviewed | null {
  const earlier = versions.filter(({ version }) => version < before.version).toSorted((a, b) => b.version - a.version);
  for (const version of earlier) {
    const vote = version.approvals.find(({ device }) => isTheirs(device));
    const remark = version.remarks.findLast(({ device }) => isTheirs(device));
    if (vote) return { version, verdict: vote.verdict, at: vote.at };
    if (remark) return { version, verdict: 'comment', at: remark.at };
  }
  return null;
}
