import type { AliasPolicies, ModelVersion } from '@benchmate/shared/domain/registry';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { whyNot } from '../team/rights.ts';
import { tally } from './version-of.ts';

/** What an approval of this version allows, alias by alias, as sentences. */
export function approvalSentences(version: ModelVersion, policies: AliasPolicies): string[] {
  const name = `v${version.version}`;
  const guarded = Object.entries(policies).filter(([, needed]) => needed > 0);
  if (guarded.length === 0)
    return [
      `No alias needs approvals, so approving ${name} is recorded and allows nothing new: a maintainer may promote it already.`,
    ];
  const { approved } = tally(version);
  return guarded.map(([alias, needed]) => {
    const after = approved + 1;
    if (approved >= needed)
      return `${alias} needs ${needed}; ${name} has ${approved}: a maintainer may promote it already.`;
    if (after >= needed)
      return `Approving allows a maintainer to promote ${name} to ${alias} (${after} of ${needed} approvals).`;
    return `Approving counts as ${after} of the ${needed} approvals that ${alias} needs; promoting ${name} stays locked until then.`;
  });
}

/** Why this person gives no verdict on this version; null when they may. */
export function whyNoVerdict(version: ModelVersion, team: TeamState): string | null {
  const by = team.members.find(({ device }) => device === version.registeredBy.device);
  if (version.registeredBy.device === team.device || (by?.agentOf ?? by?.person) === team.me.person)
    return 'You registered this version, so somebody else decides about it.';
  return whyNot(team, 'approval.given', { what: 'give a verdict', model: version.model });
}
