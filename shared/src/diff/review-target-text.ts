import type { ReviewTarget } from '../domain/model-review.ts';

/** `champion needs 1 more approval, and the approval of Ben, and of Mira or Tom.` */
export function targetSentence({ alias, approvals, groups }: ReviewTarget): string {
  const name = alias === '*' ? 'Every other alias' : alias;
  const left = approvals.needed - approvals.given;
  const missing = groups.filter(({ approvedBy }) => approvedBy === null).map(({ people }) => people.join(' or '));
  const parts = [
    ...(left > 0 ? [`${left} more ${left === 1 ? 'approval' : 'approvals'}`] : []),
    ...(missing.length > 0 ? [`the approval of ${missing.join(', and of ')}`] : []),
  ];
  return parts.length === 0 ? `${name} has the approvals it needs.` : `${name} needs ${parts.join(', and ')}.`;
}
