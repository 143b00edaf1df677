import { createElement as h, Fragment, type ReactNode } from 'react';
import { formatBytes } from '@benchmate/shared/diff/quantity-format';
import { pageTable } from './page-table.ts';
import type { ConnectionReport, DocumentReport, MemberReport, QuotaReport, StatusReport } from './report.ts';

interface DashboardProps {
  status: StatusReport;
  members: readonly MemberReport[];
  connections: readonly ConnectionReport[];
  documents: readonly DocumentReport[];
  quotas: QuotaReport;
}

const shownConnections = 500;

/** The page of the operator. Elements are made by calls: Node runs this file as it stands, and does not know JSX. */
export const dashboard = ({ status, members, connections, documents, quotas }: DashboardProps): ReactNode =>
  h(
    Fragment,
    null,
    h('header', null, h('h1', null, 'Sync server'), h('p', null, status.url), button('Sign out', { id: 'sign-out' })),
    h(
      'main',
      null,
      overview(status),
      memberTable(members),
      connectionTable(connections, members),
      documentTable(documents),
      quotaTable(quotas),
    ),
    question(),
  );

/** Asks before a device is revoked or readmitted; filled by the page's script. */
const question = (): ReactNode =>
  h(
    'dialog',
    { id: 'ask', 'aria-labelledby': 'question' },
    h('h2', { id: 'question' }),
    h('p', { id: 'effect' }),
    h('p', { id: 'failure', role: 'alert' }),
    h(
      'div',
      { className: 'buttons' },
      button('Cancel', { id: 'cancel' }),
      button('', { id: 'confirm', className: 'strong' }),
    ),
  );

function overview(status: StatusReport): ReactNode {
  const { ready, reason, certificateEnds } = status;
  const facts: [string, ReactNode][] = [
    ['State', ready ? 'Ready' : `Not ready: ${reasons[reason ?? ''] ?? 'unknown'}`],
    ['Running since', time(status.startedAt)],
    ['Storage', `${status.storage}, ${formatBytes(status.storageBytes)}`],
    ['Teams', number(status.teams)],
    ['Documents', number(status.documents)],
    ['Signed facts', number(status.entries)],
    ['Connections', number(status.connections)],
    ['Updates since the start', number(status.updates)],
  ];
  if (certificateEnds !== null) facts.push(['Certificate until', time(certificateEnds)]);
  const rows = facts.map(([name, value]) => h('div', { key: name }, h('dt', null, name), h('dd', null, value)));
  return h('section', { 'aria-labelledby': 'now' }, h('h2', { id: 'now' }, 'Now'), h('dl', null, rows));
}

const reasons: Record<string, string> = {
  starting: 'it starts',
  stopping: 'it stops',
  storage: 'its storage refuses writes',
};

function memberTable(members: readonly MemberReport[]): ReactNode {
  const rows = members.map(member => [
    h('strong', null, member.name),
    h(Fragment, null, member.deviceName, ' ', h('code', { title: member.device }, short(member.device))),
    member.teamName || short(member.team),
    member.role,
    standing(member),
    number(member.connections),
    actions(member),
  ]);
  const head = ['Member', 'Device', 'Team', 'Role', 'Standing', 'Connections', 'Action'];
  return pageTable({ id: 'members', title: 'Members and devices', head, rows, none: 'No team has connected yet.' });
}

function standing({ active, revoked, signedIn }: MemberReport): ReactNode {
  const counts = revoked ? h('span', { className: 'warn' }, 'revoked here') : active ? 'member' : 'former member';
  return signedIn
    ? h(Fragment, null, counts, ', signed in as ', signedIn.who, ' until ', time(signedIn.until))
    : counts;
}

function actions(member: MemberReport): ReactNode {
  const first = member.revoked ? action('readmit', 'Readmit', member) : action('revoke', 'Revoke', member);
  return member.signedIn ? h(Fragment, null, first, ' ', action('end-sign-in', 'Sign out', member)) : first;
}

function action(act: string, word: string, { device, name, deviceName }: MemberReport): ReactNode {
  const who = `${name}, ${deviceName}`;
  const data = { 'data-act': act, 'data-device': device, 'data-who': who };
  return button(word, { ...data, 'aria-label': `${word} ${who}` });
}

function connectionTable(connections: readonly ConnectionReport[], members: readonly MemberReport[]): ReactNode {
  const names = new Map(members.map(({ device, name, deviceName }) => [device, `${name}, ${deviceName}`]));
  const rows = connections
    .slice(0, shownConnections)
    .map(({ device, kind, name, address, since, backlogBytes }) => [
      device === null ? 'anybody (--open)' : (names.get(device) ?? short(device)),
      kind === 'feeds' ? 'facts of the team' : h('code', null, name.slice(name.indexOf('.') + 1)),
      address,
      time(since),
      formatBytes(backlogBytes),
    ]);
  const some = connections.length > rows.length ? `: the first ${rows.length} of ${connections.length}` : '';
  const head = ['Who', 'What', 'From', 'Since', 'Waiting to be read'];
  return pageTable({ id: 'connections', title: `Connections${some}`, head, rows, none: 'Nobody is connected.' });
}

function documentTable(documents: readonly DocumentReport[]): ReactNode {
  const rows = documents.map(({ name, bytes, updates }) => [
    h('code', null, name),
    formatBytes(bytes),
    number(updates),
  ]);
  const head = ['Document', 'Size', 'Updates not merged yet'];
  return pageTable({ id: 'documents', title: 'Largest documents', head, rows, none: 'No document is stored yet.' });
}

function quotaTable(quotas: QuotaReport): ReactNode {
  const rows = Object.entries(quotas).map(([name, value]) => [h('code', null, name), number(value)]);
  return pageTable({ id: 'quotas', title: 'Limits (--quota NAME=N)', head: ['Limit', 'Value'], rows, none: '' });
}

const button = (text: string, attributes: Record<string, string>): ReactNode => h('button', attributes, text);
const short = (key: string): string => `${key.slice(0, 8)}…`;
const number = (value: number): string => value.toLocaleString('en');

function time(at: number): ReactNode {
  const iso = new Date(at).toISOString();
  return h('time', { dateTime: iso }, `${iso.slice(0, 16).replace('T', ' ')} UTC`);
}
