import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Fact } from '@benchmate/shared/facts/entry';
import type { DeviceIdentity } from '../../host/identity.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { FeedReplica, type ReplicaParts } from '../../replication/feeds/replica.ts';
import { stateFact } from '../../replication/feeds/state-fact.ts';
import { requestTicket, type Credentials } from '../../replication/sync/access.ts';
import { FeedsLink } from '../../replication/sync/feeds-link.ts';

export interface EnterParts extends ReplicaParts {
  identity: DeviceIdentity;
  /** Null before there is any. */
  current: CurrentTeam | null;
}

export interface EnteredTeam {
  replica: FeedReplica;
  serverUrl: string;
}

interface Entrance {
  serverUrl: string;
  team: string;
  /** What the server lets a stranger read the team's feeds for. */
  credentials: Credentials;
  /** What makes this device a member, once the team's feeds are here. */
  fact: (replica: FeedReplica) => Fact;
  /** What to do when the server does not take it. */
  askAgain: string;
}

const serverLimitMs = 10_000;

/**
 * Becomes a member of a team on a sync server: reads the team's feeds, states the fact that lets this device in, and
 * returns the replica once the server has committed that. Trying again is safe.
 */
export async function enterTeam(parts: EnterParts, entrance: Entrance): Promise<EnteredTeam> {
  const { serverUrl, team, credentials, askAgain } = entrance;
  const { keys } = parts.identity;
  // Who was removed comes back with the feed that is open already: two replicas of one feed would write over each other.
  const { current } = parts;
  const replica = team === current?.teamId ? current.replica : await FeedReplica.open(team, parts);
  const { ticket } = await requestTicket(serverUrl, keys, credentials);
  let refusal = '';
  const feeds = new FeedsLink({
    serverUrl,
    ticket,
    replica,
    changed: () => {},
    refused: sentence => (refusal = sentence),
  });
  try {
    await within(serverLimitMs, feeds.caughtUp, parts);
    if (replica.registry.membership.teamId !== team)
      throw new BenchmateError('OFFLINE', `The sync server ${serverUrl} did not send the team’s facts.`, 'Try again.');
    if (replica === current?.replica && isMember(replica))
      throw new BenchmateError(
        'ALREADY_EXISTS',
        'This device is in that team already.',
        'Give the link to someone else.',
      );
    if (!isMember(replica)) await stateFact(replica, parts.clock, () => entrance.fact(replica));
    await within(serverLimitMs, feeds.acknowledged(replica.feeds.head(keys.device)?.seq ?? 0), parts);
    if (replica.unshared > 0)
      throw new BenchmateError(
        refusal ? 'FORBIDDEN' : 'OFFLINE',
        refusal || `The sync server ${serverUrl} did not confirm the joining.`,
        refusal ? askAgain : 'Try again in the same way.',
      );
    return { replica, serverUrl };
  } finally {
    feeds.close();
  }
}

const isMember = (replica: FeedReplica) =>
  replica.registry.membership.members.some(({ device, active }) => active && device === replica.keys.device);

async function within(ms: number, wait: Promise<void>, { clock }: EnterParts): Promise<void> {
  const late = Promise.withResolvers<void>();
  const cancel = clock.after(ms, late.resolve);
  await Promise.race([wait, late.promise]);
  cancel();
}
