import { allows, heldBy, projectOf, type Action } from '@benchmate/shared/facts/rights';
import type { TeamState } from '@benchmate/shared/protocol/team';

/** Why this person may not do it, in the project of `model` where one is named, and who may; null when they may. */
export function whyNot(
  { me, members }: TeamState,
  action: Action,
  { what, model }: { what: string; model?: string },
): string | null {
  const project = model === undefined ? null : projectOf(model);
  if (allows(action, heldBy(me, members), project)) return null;
  const who = members.filter(member => member.active && allows(action, heldBy(member, members), project));
  const names = [...new Set(who.filter(({ agentOf }) => agentOf === null).map(({ name }) => name))].join(', ');
  return `As ${me.role} you may not ${what}; ${names || 'nobody of the team'} may.`;
}
