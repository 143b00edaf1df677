import { z } from 'zod';
import { fromBase64Url, toBase64Url } from '@benchmate/shared/facts/keys';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

const scheme = 'benchmate:join#';

const inviteLink = z.object({
  server: z.url({ protocol: /^https?$/ }),
  team: z.string(),
  inviteId: z.string(),
  /** Seed of the invite's key pair, base64url. */
  secret: z.string(),
});
export type InviteLink = z.infer<typeof inviteLink>;

/** `benchmate:join#<base64url of JSON>`: all of it stands in the fragment, which browsers send to nobody. */
export function formatInviteLink(link: InviteLink): string {
  return `${scheme}${toBase64Url(new TextEncoder().encode(JSON.stringify(link)))}`;
}

/** Throws BAD_REQUEST for anything else. */
export function parseInviteLink(text: string): InviteLink {
  const trimmed = text.trim();
  const bytes = trimmed.startsWith(scheme) ? fromBase64Url(trimmed.slice(scheme.length)) : null;
  const parsed = inviteLink.safeParse(bytes && parseJson(new TextDecoder().decode(bytes)));
  if (!parsed.success)
    throw new BenchmateError(
      'BAD_REQUEST',
      'This is not an invite link.',
      'Copy the whole link from the invitation again.',
    );
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
