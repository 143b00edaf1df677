import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { deviceKeys, fromBase64Url, joinProof } from '@benchmate/shared/facts/keys';
import { enterTeam, type EnteredTeam, type EnterParts } from './enter.ts';
import { parseInviteLink } from './invite-link.ts';

/** Becomes a member of the team of an invite link, in the role that the invite gives. */
export function joinTeam(parts: EnterParts, text: string, name: string): Promise<EnteredTeam> {
  const { server, team, inviteId, secret } = parseInviteLink(text);
  const seed = fromBase64Url(secret);
  if (seed?.length !== 32)
    throw new BenchmateError(
      'BAD_REQUEST',
      'The invite link is damaged.',
      'Copy the whole link from the invitation again.',
    );
  const { keys, deviceName } = parts.identity;
  const proof = joinProof(deviceKeys(seed), team, keys.device);
  return enterTeam(parts, {
    serverUrl: server,
    team,
    credentials: { invite: { team, inviteId, proof } },
    fact: () => ({ kind: 'member.added', inviteId, proof, member: { name, deviceName } }),
    askAgain: 'Ask an owner for a new invite.',
  });
}
