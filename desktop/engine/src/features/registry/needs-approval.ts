import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import type { Registry } from '@benchmate/shared/facts/registry';

const reviewing = new Set(['reviewer', 'maintainer', 'owner']);

/** The refusal of a promotion in the words of somebody who can help: how many are missing, and whom to ask. */
export function withReviewers(
  { policies, membership }: Registry,
  version: ModelVersion,
  alias: string,
): BenchmateError {
  const needed = policies[alias] ?? 0;
  const approving = version.approvals.filter(({ verdict }) => verdict === 'approve');
  const given = approving.length === 0 ? 'none' : String(approving.length);
  const asked = membership.members
    .filter(({ device, active, role }) => active && reviewing.has(role) && device !== version.registeredBy.device)
    .filter(({ device }) => !approving.some(approval => approval.device === device))
    .map(({ name }) => name);
  return new BenchmateError(
    'NEEDS_APPROVAL',
    `${alias} needs ${needed} ${needed === 1 ? 'approval' : 'approvals'} by someone else; v${version.version} has ${given}.`,
    asked.length > 0 ? `Ask a reviewer: ${asked.join(', ')}.` : 'Invite a reviewer to the team.',
  );
}
