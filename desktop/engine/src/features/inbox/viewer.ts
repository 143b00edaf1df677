import type { AliasPolicies } from '@benchmate/shared/domain/registry';
import type { Member } from '@benchmate/shared/domain/team';
import { allows, heldBy, projectOf, type Action } from '@benchmate/shared/facts/rights';

/** Whom the list is for, and what the team is. */
export interface Viewer {
  me: Member;
  members: readonly Member[];
  policies: AliasPolicies;
}

/** Whether a device is this person's, or that of an agent that works for them. */
export const isMine = ({ me, members }: Viewer, device: string): boolean =>
  members.some(member => member.device === device && (member.agentOf ?? member.person) === answerable(me));

/** Whether this person may do it, to a model where one is named. */
export const may = ({ me, members }: Viewer, action: Action, model?: string): boolean =>
  me.active && allows(action, heldBy(me, members), model === undefined ? null : projectOf(model));

export const nameOf = ({ members }: Viewer, device: string): string =>
  members.find(member => member.device === device)?.name ?? 'somebody';

const answerable = ({ agentOf, person }: Member): string => agentOf ?? person;

/** `Ada`, `Ada and Ben`, `Ada, Ben and Mira`. */
export function listed(names: Iterable<string>): string {
  const all = [...new Set(names)];
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
