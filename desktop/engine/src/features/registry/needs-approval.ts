import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import type { Registry } from '@benchmate/shared/facts/registry';
import { answerable, namesOf } from '../model-reviews/people.ts';
import { lackingReviewers } from '../model-reviews/targets.ts';
import { allows, heldBy, projectOf } from '@benchmate/shared/facts/rights';

/** The refusal of a promotion in the words of somebody who can help: how many are missing, and whom to ask. */
export function withReviewers(registry: Registry, version: ModelVersion, alias: string): BenchmateError {
  const { policies, membership } = registry;
  const needed = policies[alias] ?? 0;
  const approving = version.approvals.filter(({ verdict }) => verdict === 'approve');
  const given = approving.length === 0 ? 'none' : String(approving.length);
  const { members } = membership;
  const decided = new Set([version.registeredBy, ...approving].map(({ device }) => answerable(device, members)));
  const asked = members.filter(
    member =>
      member.active &&
      !decided.has(member.person) &&
      allows('approval.given', heldBy(member, members), projectOf(version.model)),
  );
  const names = [...new Map(asked.map(({ person, name }) => [person, name])).values()];
  const lacking = lackingReviewers(registry, version, alias);
  const required = lacking.map(group => group.map(namesOf(members)).join(' or '));
  const open = new Set(version.requests.filter(({ state }) => state === 'open').map(({ person }) => person));
  if (required.length > 0)
    return new BenchmateError(
      'NEEDS_APPROVAL',
      `${alias} needs the approval of ${required.join(', and of ')}; v${version.version} lacks it.`,
      lacking.every(group => group.some(person => open.has(person)))
        ? 'It was asked for, and there is no answer yet.'
        : `Ask for it: \`benchmate review request ${version.model} ${version.version}\`.`,
    );
  return new BenchmateError(
    'NEEDS_APPROVAL',
    `${alias} needs ${needed} ${needed === 1 ? 'approval' : 'approvals'} by someone else; v${version.version} has ${given}.`,
    names.length > 0 ? `Ask a reviewer: ${names.join(', ')}.` : 'Invite a reviewer to the team.',
  );
}
