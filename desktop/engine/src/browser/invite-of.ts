import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { parseInviteLink } from '../features/team/invite-link.ts';

/** The link, if it belongs to this server: a page may talk to the one that it came from, and to no other. Else throws BAD_REQUEST. */
export function inviteOf(serverUrl: string, link: string): string {
  const { server } = parseInviteLink(link);
  if (new URL(server).origin === new URL(serverUrl).origin) return link;
  throw new BenchmateError(
    'BAD_REQUEST',
    `The invite belongs to the sync server ${server}, and this page came from ${serverUrl}.`,
    `Open ${server}/companion instead.`,
  );
}
