import type { ModelVersion } from '@benchmate/shared/domain/registry';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { whyNot } from '../team/rights.ts';

/** Why this person gives no verdict on this version; null when they may. */
export function whyNoVerdict(version: ModelVersion, team: TeamState): string | null {
  const by = team.members.find(({ device }) => device === version.registeredBy.device);
  if (version.registeredBy.device === team.device || (by?.agentOf ?? by?.person) === team.me.person)
    return 'You registered this version, so somebody else decides about it.';
  return whyNot(team, 'approval.given', { what: 'give a verdict', model: version.model });
}
