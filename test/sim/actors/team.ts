import type { Role } from '@benchmate/shared/domain/team';
import type { Entry } from '@benchmate/shared/facts/entry';
import type { DeviceKeys } from '@benchmate/shared/facts/keys';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';

export interface TeamMember {
  name: string;
  role: Role;
  teamId: string;
  keys: DeviceKeys;
}

export interface Team {
  teamId: string;
  members: Record<string, TeamMember>;
  /** How it came to be: the same for all simulations. */
  founding: readonly Entry[];
}

/** A team of five before anything happens to it. */
export function foundTeam(): Team {
  const ana = SimulatedDevice.founder('ana', 1);
  const others = [
    ana.welcome('bo', 2, 'maintainer'),
    ana.welcome('cy', 3, 'contributor'),
    ana.welcome('di', 4, 'viewer'),
    ana.welcome('ed', 5, 'maintainer'),
  ];
  for (const other of others) other.syncWith(ana);
  const roles: Record<string, Role> = {
    ana: 'owner',
    bo: 'maintainer',
    cy: 'contributor',
    di: 'viewer',
    ed: 'maintainer',
  };
  const { teamId } = ana.feeds;
  const members = Object.fromEntries(
    [ana, ...others].map(({ name, keys }) => [name, { name, role: roles[name]!, teamId, keys }]),
  );
  return { teamId, members, founding: ana.feeds.entriesAfter({}) };
}
