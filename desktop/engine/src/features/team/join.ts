import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Fact } from '@benchmate/shared/facts/entry';
import { deviceKeys, fromBase64Url, joinProof } from '@benchmate/shared/facts/keys';
import type { DeviceIdentity } from '../../host/identity.ts';
import { FeedReplica, type ReplicaParts } from '../../replication/feeds/replica.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { stateFact } from '../../replication/feeds/state-fact.ts';
import { requestTicket } from '../../replication/sync/access.ts';
import { FeedsLink } from '../../replication/sync/feeds-link.ts';
import { parseInviteLink, type InviteLink } from './invite-link.ts';

export interface JoinParts extends ReplicaParts {
  identity: DeviceIdentity;
  current: CurrentTeam;
}

const serverLimitMs = 10_000;

/**
 * Becomes a member of the team of an invite link: reads the team's feeds with the proof of the invite, states
 * `member.added`, and returns the replica once the server has committed that. Trying again with the same link is safe.
 */
export async function joinTeam(
  parts: JoinParts,
  text: string,
  name: string,
): Promise<{ replica: FeedReplica; link: InviteLink }> {
  const link = parseInviteLink(text);
  const seed = fromBase64Url(link.secret);
  if (seed?.length !== 32)
    throw new BenchmateError(
      'BAD_REQUEST',
      'The invite link is damaged.',
      'Copy the whole link from the invitation again.',
    );
  const { keys, deviceName } = parts.identity;
  const proof = joinProof(deviceKeys(seed), link.team, keys.device);
  // Who was removed comes back with the feed that is open already: two replicas of one feed would write over each other.
  const { current } = parts;
  const replica = link.team === current.teamId ? current.replica : await FeedReplica.open(link.team, parts);
  const { ticket } = await requestTicket(link.server, keys, { team: link.team, inviteId: link.inviteId, proof });
  let refusal = '';
  const feeds = new FeedsLink({
    serverUrl: link.server,
    ticket,
    replica,
    changed: () => {},
    refused: sentence => (refusal = sentence),
  });
  try {
    await within(serverLimitMs, feeds.caughtUp, parts);
    if (replica.registry.membership.teamId !== link.team)
      throw new BenchmateError(
        'OFFLINE',
        `The sync server ${link.server} did not send the team’s facts.`,
        'Try again.',
      );
    if (replica === current.replica && isMember(replica))
      throw new BenchmateError(
        'ALREADY_EXISTS',
        'This device is in that team already.',
        'Give the link to someone else.',
      );
    const fact: Fact = { kind: 'member.added', inviteId: link.inviteId, proof, member: { name, deviceName } };
    if (!isMember(replica)) await stateFact(replica, parts.clock, () => fact);
    await within(serverLimitMs, feeds.acknowledged(replica.feeds.head(keys.device)?.seq ?? 0), parts);
    if (replica.unshared > 0)
      throw new BenchmateError(
        refusal ? 'FORBIDDEN' : 'OFFLINE',
        refusal || `The sync server ${link.server} did not confirm the joining.`,
        refusal ? 'Ask an owner for a new invite.' : 'Try again with the same link.',
      );
    return { replica, link };
  } finally {
    feeds.close();
  }
}

const isMember = (replica: FeedReplica) =>
  replica.registry.membership.members.some(({ device, active }) => active && device === replica.keys.device);

async function within(ms: number, wait: Promise<void>, { clock }: JoinParts): Promise<void> {
  const late = Promise.withResolvers<void>();
  const cancel = clock.after(ms, late.resolve);
  await Promise.race([wait, late.promise]);
  cancel();
}
