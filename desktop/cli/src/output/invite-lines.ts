import type { OpenInvite } from '@benchmate/shared/domain/team';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { browserInvite } from '@benchmate/shared/facts/browser-invite';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { shortId } from './describe.ts';
import { table } from './table.ts';
import { cell } from './terminal.ts';

interface Invitation {
  link: string;
  inviteId: string;
  expiresAt: string;
  spoken: string | null;
}

/** A new invite, and what to do with it. */
export function newInviteLines(
  { link, inviteId, expiresAt, spoken }: Invitation,
  /** `browser`: whether whoever it is for may do with a browser. */
  says: { link: string; spoken: string; browser?: boolean },
): TextLine[] {
  const until = new Date(expiresAt).toLocaleString();
  const back = `To take it back: benchmate team invites withdraw ${shortId(inviteId)}`;
  if (spoken === null) {
    const page = says.browser === true ? browserInvite(link) : null;
    const orBrowser = page === null ? [] : [`Or in a browser, with nothing installed: ${page}`];
    return [link, `Valid once, until ${until}.`, says.link, ...orBrowser, back].map(line => cell(line));
  }
  return [
    [part(spoken, 'heading')],
    ...[
      `Read it aloud. ${says.spoken} They run: benchmate join ${spoken} --name "Their name"`,
      `Valid once, until ${until}, for five tries, and while your Benchmate runs and is online.`,
      back,
    ].map(line => cell(line)),
  ];
}

/** Open invites as a table. */
export function inviteLines({ invites, members }: TeamState, width: number | null): TextLine[] {
  if (invites.length === 0) return [cell('No invite is open.', 'muted')];
  const nameOf = (device: string) => members.find(member => member.device === device)?.name ?? 'somebody';
  return table(
    [{ title: 'invite' }, { title: 'for', least: 10 }, { title: 'made by', least: 8 }, { title: 'valid until' }],
    invites.map(({ inviteId, as, role, invitedBy, expiresAt }) => [
      cell(shortId(inviteId)),
      cell(purpose(as, role)),
      cell(nameOf(invitedBy)),
      cell(new Date(expiresAt).toLocaleString(), 'muted'),
    ]),
    width,
  );
}

const purpose = (as: OpenInvite['as'], role: OpenInvite['role']): string =>
  ({ member: `a ${role}`, device: 'another device of theirs', agent: 'an agent of theirs' })[as];
