import { userInfo } from 'node:os';
import { simpleGit } from 'simple-git';
import { toBase64Url } from '@benchmate/shared/facts/keys';
import { writeEntry } from '@benchmate/shared/facts/write-entry';
import type { Random } from '../../host/clock.ts';
import type { DeviceIdentity } from '../../host/identity.ts';
import { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { FeedReplica, type ReplicaParts } from '../../replication/feeds/replica.ts';
import type { TeamStore } from './store.ts';

export interface FoundingParts extends ReplicaParts {
  settings: TeamStore;
  identity: DeviceIdentity;
  random: Random;
}

/** The team that this device works in; at the first start it founds a team of one. */
export async function openCurrentTeam(parts: FoundingParts): Promise<CurrentTeam> {
  const { settings } = parts;
  const known = settings.read().teamId;
  return new CurrentTeam(await FeedReplica.open(known ?? (await found(parts)), parts));
}

async function found({ store, feeds, settings, identity, clock, random }: FoundingParts): Promise<string> {
  const name = await personName();
  const founding = writeEntry({
    keys: identity.keys,
    team: '',
    head: null,
    seen: {},
    fact: {
      kind: 'team.founded',
      team: `${name}’s team`,
      member: { name, deviceName: identity.deviceName },
      nonce: toBase64Url(random(16)),
    },
    at: new Date(clock.now()).toISOString(),
  });
  await store.write(() => {
    feeds.append(founding.hash, founding);
    settings.set({ teamId: founding.hash, serverUrl: null, paused: false });
  });
  return founding.hash;
}

/** As git knows the person, else as the operating system does. */
async function personName(): Promise<string> {
  const git = await simpleGit({ timeout: { block: 3000 } })
    .getConfig('user.name', 'global')
    .catch(() => null);
  return (git?.value?.trim() || systemName()).slice(0, 100);
}

function systemName(): string {
  try {
    return userInfo().username || 'Somebody';
  } catch {
    return 'Somebody'; // a user id without an entry in the system's list, as in some containers
  }
}
