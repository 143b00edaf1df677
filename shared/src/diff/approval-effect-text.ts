import type { ModelReview, ReviewTarget } from '../domain/model-review.ts';

/** What an approval would allow, alias by alias, as sentences: said before somebody approves. `me`: by name. */
export function approvalEffect(
  { version, targets }: Pick<ModelReview, 'version' | 'targets'>,
  me: { name: string; hasApproved: boolean },
): string[] {
  const name = `v${version.version}`;
  if (targets.length === 0)
    return [
      `No alias needs approvals, so approving ${name} is recorded and allows nothing new: a maintainer may promote it already.`,
    ];
  return targets.map(target => effectOn(target, name, me));
}

function effectOn(
  { alias, approvals, groups }: ReviewTarget,
  version: string,
  me: { name: string; hasApproved: boolean },
): string {
  const to = alias === '*' ? 'every other alias' : alias;
  const lacking = groups.filter(({ approvedBy }) => approvedBy === null);
  const { needed, given } = approvals;
  if (given >= needed && lacking.length === 0)
    return `${version} has the approvals that ${to} needs: a maintainer may promote it already.`;
  const after = given + (me.hasApproved ? 0 : 1);
  const left = Math.max(0, needed - after);
  const others = lacking.filter(({ people }) => !people.includes(me.name)).map(({ people }) => people.join(' or '));
  const count = needed > 0 ? ` (${Math.min(after, needed)} of ${needed} approvals)` : '';
  if (left === 0 && others.length === 0) return `Approving allows a maintainer to promote ${version} to ${to}${count}.`;
  const missing = [
    ...(left > 0 ? [`${left} more ${left === 1 ? 'approval' : 'approvals'}`] : []),
    ...(others.length > 0 ? [`the approval of ${others.join(', and of ')}`] : []),
  ];
  return `After your approval${count}, promoting ${version} to ${to} still takes ${missing.join(', and ')}.`;
}
