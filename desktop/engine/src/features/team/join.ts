import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { deviceKeys, fromBase64Url, joinProof } from '@benchmate/shared/facts/keys';
import type { Random } from '../../host/clock.ts';
import { enterTeam, type EnteredTeam, type EnterParts } from './enter.ts';
import { parseInviteLink } from './invite-link.ts';
import { heardServer } from './server-address.ts';

interface JoinParts extends EnterParts {
  random: Random;
}

/** An invite as it counts for this device: it bears the invite key's signature over this device's key. */
interface ProvenInvite {
  serverUrl: string;
  team: string;
  inviteId: string;
  proof: string;
}

/**
 * Becomes a member of the team of an invite, in the role that the invite gives. `text` is a link, or what was read aloud:
 * the server and the code, `sync.example.org 7-river-candy-orbit`.
 */
export async function joinTeam(parts: JoinParts, text: string, name: string): Promise<EnteredTeam> {
  const [server = '', ...code] = text.trim().split(/\s+/);
  const isSpoken = code.length > 0 && !server.startsWith('benchmate:');
  const invite = isSpoken ? await spokenInvite(parts, server, code.join(' ')) : linkedInvite(parts, text);
  const { serverUrl, team, inviteId, proof } = invite;
  const { deviceName } = parts.identity;
  return enterTeam(parts, {
    serverUrl,
    team,
    credentials: { invite: { team, inviteId, proof } },
    fact: () => ({ kind: 'member.added', inviteId, proof, member: { name, deviceName } }),
    askAgain: 'Ask an owner for a new invite.',
  });
}

function linkedInvite({ identity: { keys } }: JoinParts, text: string): ProvenInvite {
  const { server, team, inviteId, secret } = parseInviteLink(text);
  const seed = fromBase64Url(secret);
  if (seed?.length !== 32)
    throw new BenchmateError(
      'BAD_REQUEST',
      'The invite link is damaged.',
      'Copy the whole link from the invitation again.',
    );
  return { serverUrl: server, team, inviteId, proof: joinProof(deviceKeys(seed), team, keys.device) };
}

/** The exchange is loaded when it is needed: hardly ever. */
async function spokenInvite(parts: JoinParts, server: string, code: string): Promise<ProvenInvite> {
  const { clock, random, identity } = parts;
  const serverUrl = heardServer(server);
  const { parseSpokenCode } = await import('./spoken/spoken-code.ts');
  const { askAloud } = await import('./spoken/ask-aloud.ts');
  const asking = { serverUrl, code: parseSpokenCode(code), device: identity.keys.device, random, clock };
  return { serverUrl, ...(await askAloud(asking)) };
}
