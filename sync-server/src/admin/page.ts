import { randomBytes } from 'node:crypto';
import type { ConnectionReport, DocumentReport, MemberReport, StatusReport } from './report.ts';
import type { Reports } from './reports.ts';
import { dashboardScript, signInScript } from './page-scripts.ts';
import { pageStyle } from './page-style.ts';

export interface Page {
  html: string;
  nonce: string;
}

const shownConnections = 500;

/** Asks for a one-time link, and follows the one that it was opened with. */
export function signInPage(): Page {
  return page(
    'Sign in',
    `<main><h1>Sync server</h1>
    <p id="state" role="status">Open this page with a link from <code>benchmate-sync admin link --data-dir DIR</code>, on the machine
    of the server. A link lets one browser in, within two minutes.</p></main>`,
    signInScript,
  );
}

/** What is there now: rendered on the server, so that it needs no build and works without scripts but for revoking. */
export async function dashboardPage(reports: Reports): Promise<Page> {
  const [status, members, documents] = [await reports.status(), await reports.members(), await reports.documents(20)];
  const connections = reports.connections();
  return page(
    'Sync server',
    `<header><h1>Sync server</h1><p>${escape(status.url)}</p><button id="sign-out">Sign out</button></header>
    <main>${overview(status)}${memberTable(members)}${connectionTable(connections, members)}${documentTable(documents)}${quotaTable(reports)}</main>
    <dialog id="ask" aria-labelledby="question"><h2 id="question"></h2><p id="effect"></p>
    <p id="failure" role="alert"></p>
    <div class="buttons"><button id="cancel">Cancel</button><button id="confirm" class="strong"></button></div></dialog>`,
    dashboardScript,
  );
}

function overview(status: StatusReport): string {
  const { ready, reason, certificateEnds } = status;
  const facts: [string, string][] = [
    ['State', ready ? 'Ready' : `Not ready: ${reasons[reason ?? ''] ?? 'unknown'}`],
    ['Running since', time(status.startedAt)],
    ['Storage', `${escape(status.storage)}, ${size(status.storageBytes)}`],
    ['Teams', number(status.teams)],
    ['Documents', number(status.documents)],
    ['Signed facts', number(status.entries)],
    ['Connections', number(status.connections)],
    ['Updates since the start', number(status.updates)],
    ...(certificateEnds === null ? [] : [['Certificate until', time(certificateEnds)] as [string, string]]),
  ];
  const rows = facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return `<section aria-labelledby="now"><h2 id="now">Now</h2><dl>${rows.join('')}</dl></section>`;
}

const reasons: Record<string, string> = {
  starting: 'it starts',
  stopping: 'it stops',
  storage: 'its storage refuses writes',
};

function memberTable(members: readonly MemberReport[]): string {
  const rows = members.map(member => [
    `<strong>${escape(member.name)}</strong>`,
    `${escape(member.deviceName)} <code title="${member.device}">${short(member.device)}</code>`,
    escape(member.teamName || short(member.team)),
    member.role,
    standing(member),
    number(member.connections),
    action(member),
  ]);
  const head = ['Member', 'Device', 'Team', 'Role', 'Standing', 'Connections', 'Action'];
  return table('members', 'Members and devices', head, rows, 'No team has connected yet.');
}

const standing = ({ active, revoked }: MemberReport): string =>
  revoked ? '<span class="warn">revoked here</span>' : active ? 'member' : 'former member';

function action({ device, name, deviceName, revoked }: MemberReport): string {
  const who = escape(`${name}, ${deviceName}`);
  const act = revoked ? 'readmit' : 'revoke';
  const word = revoked ? 'Readmit' : 'Revoke';
  return `<button data-act="${act}" data-device="${device}" data-who="${who}" aria-label="${word} ${who}">${word}</button>`;
}

function connectionTable(connections: readonly ConnectionReport[], members: readonly MemberReport[]): string {
  const names = new Map(members.map(({ device, name, deviceName }) => [device, `${name}, ${deviceName}`]));
  const rows = connections
    .slice(0, shownConnections)
    .map(({ device, kind, name, address, since, backlogBytes }) => [
      escape(device === null ? 'anybody (--open)' : (names.get(device) ?? short(device))),
      kind === 'feeds' ? 'facts of the team' : `<code>${escape(name.slice(name.indexOf('.') + 1))}</code>`,
      escape(address),
      time(since),
      size(backlogBytes),
    ]);
  const title = `Connections${connections.length > rows.length ? `: the first ${rows.length} of ${connections.length}` : ''}`;
  return table(
    'connections',
    title,
    ['Who', 'What', 'From', 'Since', 'Waiting to be read'],
    rows,
    'Nobody is connected.',
  );
}

function documentTable(documents: readonly DocumentReport[]): string {
  const rows = documents.map(({ name, bytes, updates }) => [
    `<code>${escape(name)}</code>`,
    size(bytes),
    number(updates),
  ]);
  return table(
    'documents',
    'Largest documents',
    ['Document', 'Size', 'Updates not merged yet'],
    rows,
    'No document is stored yet.',
  );
}

function quotaTable(reports: Reports): string {
  const rows = Object.entries(reports.quotas()).map(([name, value]) => [`<code>${name}</code>`, number(value)]);
  return table('quotas', 'Limits (--quota NAME=N)', ['Limit', 'Value'], rows, '');
}

function table(id: string, title: string, head: readonly string[], rows: readonly string[][], none: string): string {
  const cells = (row: readonly string[]) => row.map((cell, at) => `<td data-label="${head[at]}">${cell}</td>`).join('');
  const body =
    rows.length === 0
      ? `<p>${none}</p>`
      : `<table aria-labelledby="${id}"><thead><tr>${head.map(name => `<th scope="col">${name}</th>`).join('')}</tr></thead>
        <tbody>${rows.map(row => `<tr>${cells(row)}</tr>`).join('')}</tbody></table>`;
  return `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`;
}

function page(title: string, body: string, script: string): Page {
  const nonce = randomBytes(16).toString('base64url');
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} · Benchmate</title>
  <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
  <link rel="icon" href="data:,"><style nonce="${nonce}">${pageStyle}</style></head>
  <body>${body}<script nonce="${nonce}">${script}</script></body></html>`;
  return { html, nonce };
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replace(/[&<>"']/g, character => escapes[character]!);
const short = (key: string): string => `${key.slice(0, 8)}…`;
const number = (value: number): string => value.toLocaleString('en');
const time = (at: number): string => {
  const iso = new Date(at).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
};

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  let value = bytes;
  for (; value >= 1024 && at < units.length - 1; at++) value /= 1024;
  return `${at === 0 ? value : value.toFixed(1)} ${units[at]}`;
}
