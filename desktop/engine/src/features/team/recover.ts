import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { recoveryProof, verifyRecoveryProof } from '@benchmate/shared/facts/keys';
import { parseRecoveryKey } from '@benchmate/shared/facts/recovery-key';
import { teamsOfRecoveryKey } from '../../replication/sync/access.ts';
import { enterTeam, type EnteredTeam, type EnterParts } from './enter.ts';

interface Recovery {
  serverUrl: string;
  key: string;
  name: string;
}

const askAgain = 'Look for the latest recovery key, or ask another owner for an invite.';

/** Comes back as the owner of a recovery key, whose other devices and agents are revoked by that. */
export async function recoverTeam(parts: EnterParts, { serverUrl, key, name }: Recovery): Promise<EnteredTeam> {
  const recovery = parseRecoveryKey(key);
  const { keys, deviceName } = parts.identity;
  const teams = await teamsOfRecoveryKey(serverUrl, recovery.hint);
  const [team] = teams;
  if (!team || teams.length > 1)
    throw new BenchmateError(
      'NOT_FOUND',
      `The sync server ${serverUrl} does not have the team of this recovery key.`,
      'Compare the address with the one on the paper.',
    );
  const proof = recoveryProof(recovery.keys, team, keys.device);
  return enterTeam(parts, {
    serverUrl,
    team,
    credentials: { recovery: { team, proof } },
    fact: ({ registry }) => {
      const owner = registry.membership.recoveryKeys.find(known =>
        verifyRecoveryProof(proof, known.key, team, keys.device),
      );
      if (!owner) throw new BenchmateError('FORBIDDEN', 'This recovery key does not count any more.', askAgain);
      return { kind: 'person.recovered', person: owner.person, proof, member: { name, deviceName } };
    },
    askAgain,
  });
}
