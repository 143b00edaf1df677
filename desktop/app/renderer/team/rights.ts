import { role, type Role } from '@benchmate/shared/domain/team';
import type { TeamState } from '@benchmate/shared/protocol/team';

const rank = (held: Role): number => role.options.indexOf(held);

/** Why this person may not `what`, which takes a role of at least `least`, and who may; null when they may. */
export function whyNot({ me, members }: TeamState, least: Role, what: string): string | null {
  if (rank(me.role) >= rank(least)) return null;
  const who = members.filter(({ role: held, active }) => active && rank(held) >= rank(least));
  return `As ${me.role} you may not ${what}; ${who.map(({ name }) => name).join(', ') || `only a ${least}`} may.`;
}
