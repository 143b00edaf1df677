import { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { deviceKeys, fromBase64Url, toBase64Url, type DeviceKeys } from '@benchmate/shared/facts/keys';

const scheme = 'benchmate:join-by-file#';

const link = z.object({ team: z.string(), inviteId: z.string(), secret: z.string() });

export interface FileInvite {
  team: string;
  inviteId: string;
  keys: DeviceKeys;
}

/** `benchmate:join-by-file#<base64url of JSON>`. The team's id is the hash of its first fact: no other team can stand in for it. */
export function formatFileInvite({ team, inviteId, keys }: FileInvite): string {
  const text = JSON.stringify({ team, inviteId, secret: toBase64Url(keys.seed) });
  return `${scheme}${toBase64Url(new TextEncoder().encode(text))}`;
}

/** Throws BAD_REQUEST for anything else. */
export function parseFileInvite(text: string): FileInvite {
  const trimmed = text.trim();
  const bytes = trimmed.startsWith(scheme) ? fromBase64Url(trimmed.slice(scheme.length)) : null;
  const { data } = link.safeParse(bytes && parsed(new TextDecoder().decode(bytes)));
  const seed = data && fromBase64Url(data.secret);
  if (!data || seed?.length !== 32)
    throw new BenchmateError(
      'BAD_REQUEST',
      'This is not an invite to join by file.',
      'Copy the whole link again. A link with a server goes to `benchmate join`.',
    );
  return { team: data.team, inviteId: data.inviteId, keys: deviceKeys(seed) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
