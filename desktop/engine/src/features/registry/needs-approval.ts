import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import type { Registry } from '@benchmate/shared/facts/registry';
import { allows, heldBy, projectOf } from '@benchmate/shared/facts/rights';

/** The refusal of a promotion in the words of somebody who can help: how many are missing, and whom to ask. */
export function withReviewers(
  { policies, membership }: Registry,
  version: ModelVersion,
  alias: string,
): BenchmateError {
  const needed = policies[alias] ?? 0;
  const approving = version.approvals.filter(({ verdict }) => verdict === 'approve');
  const given = approving.length === 0 ? 'none' : String(approving.length);
  const { members } = membership;
  const answerable = (by: string) => {
    const member = members.find(({ device }) => device === by);
    return member?.agentOf ?? member?.person ?? by;
  };
  const decided = new Set([version.registeredBy, ...approving].map(({ device }) => answerable(device)));
  const asked = members.filter(
    member =>
      member.active &&
      !decided.has(member.person) &&
      allows('approval.given', heldBy(member, members), projectOf(version.model)),
  );
  const names = [...new Map(asked.map(({ person, name }) => [person, name])).values()];
  return new BenchmateError(
    'NEEDS_APPROVAL',
    `${alias} needs ${needed} ${needed === 1 ? 'approval' : 'approvals'} by someone else; v${version.version} has ${given}.`,
    names.length > 0 ? `Ask a reviewer: ${names.join(', ')}.` : 'Invite a reviewer to the team.',
  );
}
