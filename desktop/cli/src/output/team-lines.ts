import type { Member, Role, SyncStatus } from '@benchmate/shared/domain/team';
import { folderSentence } from '@benchmate/shared/diff/folder-sentence';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import type { DirectStatus } from '@benchmate/shared/domain/direct-status';
import type { FolderStatus } from '@benchmate/shared/domain/shared-folder';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { ago } from './describe.ts';
import { directLines } from './direct-lines.ts';
import { table } from './table.ts';
import { cell } from './terminal.ts';

export function teamLines(state: TeamState, width: number | null): TextLine[] {
  return [
    [part(state.name, 'heading')],
    ...table(
      [{ title: 'member', least: 10 }, { title: 'role' }, { title: 'device', least: 8 }, { title: 'since' }],
      state.members
        .filter(({ active }) => active)
        .map(member => [
          cell(member.device === state.device ? `${member.name} (you)` : member.name),
          cell(roleOf(member, state)),
          cell(member.deviceName),
          cell(ago(member.since), 'muted'),
        ]),
      width,
    ),
    ...syncLines(state.sync),
  ];
}

/** With the member that an agent works for, and other roles in projects. */
function roleOf({ role, agentOf, projects }: Member, { members }: TeamState): string {
  const sponsor = members.find(({ person }) => agentOf !== null && person === agentOf);
  const elsewhere = Object.entries(projects).map(([project, other]) => `${other} in ${project}`);
  return [sponsor ? `${role} of ${sponsor.name}` : role, ...elsewhere].join(', ');
}

/** A table of roles and deeds. */
export function rightsLines(
  rights: readonly { deed: string; roles: readonly Role[] }[],
  roles: readonly Role[],
  width: number | null,
): TextLine[] {
  return [
    ...table(
      [{ title: 'may', least: 20 }, ...roles.map(title => ({ title }))],
      rights.map(({ deed, roles: allowed }) => [
        cell(deed),
        ...roles.map(role => (allowed.includes(role) ? cell('yes') : cell('no', 'muted'))),
      ]),
      width,
    ),
    cell('An agent may do what its column says and the member it works for may do, too.', 'muted'),
  ];
}

/** One sentence on the state, one on what is not shared, and what there is to say about a shared folder. */
export function syncLines({ state, serverUrl, unshared, since, message, folder, direct }: SyncStatus): TextLine[] {
  const server = serverUrl ?? 'the server';
  const sentence = {
    off:
      folder || (direct?.peers.length ?? 0) > 0
        ? 'No server is used.'
        : 'You work alone: no server is chosen. `benchmate sync connect <url>` shares with a team.',
    connecting: `Connecting to ${server} …`,
    online: `Connected to ${server} since ${ago(since)}.`,
    offline: `${server} has not answered since ${ago(since)}; it is tried again by itself.`,
    paused: `Paused ${ago(since)}: \`benchmate sync resume\` connects again.`,
    refused: `${server} refuses this device.`,
  }[state];
  const count = unshared === 1 ? '1 change is' : `${unshared} changes are`;
  return [
    cell(sentence, state === 'refused' ? 'bad' : state === 'offline' ? 'warning' : 'plain'),
    ...(message && state !== 'off' ? [cell(message)] : []),
    ...(state === 'off' ? [] : [cell(unshared === 0 ? 'Everything is shared.' : `${count} not shared yet.`)]),
    ...(folder ? folderLines(folder) : []),
    ...(direct && isInUse(direct) ? directLines(direct) : []),
  ];
}

const isInUse = ({ listening, peers, problem }: DirectStatus) =>
  listening !== null || peers.length > 0 || problem !== '';

const folderLines = (folder: FolderStatus): TextLine[] => [
  cell(folderSentence(folder), folder.problem ? 'warning' : 'plain'),
  ...(folder.encrypted ? [cell('It is encrypted with the passphrase of the team.', 'muted')] : []),
  ...folder.unread.map(sentence => cell(`! ${sentence}`, 'warning')),
];
