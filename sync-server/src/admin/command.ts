import { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { askAdmin } from './client.ts';
import { connectionReport, documentReport, memberReport, quotaReport, statusReport } from './report.ts';
import { asTable, when } from './table.ts';
import { parseCommand } from '../parse-command.ts';

const usage = `Usage: benchmate-sync admin COMMAND --data-dir DIR [--json]

Asks the server that runs on DIR, on this machine.

  status             is it ready, and how much is there
  members            members of all teams
  devices            their devices, and which of them are revoked here
  identities         who signed in for which device, and until when
  documents          the largest documents
  storage            what the storage takes
  connections        who is connected
  quotas             limits, as --quota changes them
  revoke DEVICE      end a device's connections and keep it out of this server, until readmit
  readmit DEVICE     let it in again
  sign-out DEVICE    end the sign-in for a device, and its connections, until somebody signs in for it again
  link               address of the admin page, for one browser and two minutes

Example: benchmate-sync admin connections --data-dir ./sync-data
`;

interface Asked {
  dataDir: string;
  device: string | undefined;
}

interface Told {
  value: unknown;
  text: string;
}

const get = async <S extends z.ZodType>(dataDir: string, path: string, schema: S): Promise<z.output<S>> =>
  schema.parse(await (await askAdmin(dataDir, 'GET', `/api/${path}`)).json());

const commands: Record<string, (asked: Asked) => Promise<Told>> = {
  async status({ dataDir }) {
    const value = await get(dataDir, 'status', statusReport);
    return {
      value,
      text: Object.entries(value)
        .map(([name, told]) => `${name.padEnd(16)} ${told ?? '-'}\n`)
        .join(''),
    };
  },
  async members({ dataDir }) {
    const value = await get(dataDir, 'members', z.array(memberReport));
    const rows = value.map(({ name, role, active, teamName, team, since }) => [
      name,
      role,
      active ? 'yes' : 'no',
      teamName || team,
      since,
    ]);
    return { value, text: asTable(['MEMBER', 'ROLE', 'ACTIVE', 'TEAM', 'SINCE'], rows) };
  },
  async devices({ dataDir }) {
    const value = (await get(dataDir, 'members', z.array(memberReport))).map(
      ({ device, deviceName, name, revoked, connections }) => {
        return { device, deviceName, name, revoked, connections };
      },
    );
    const rows = value.map(({ device, deviceName, name, revoked, connections }) => [
      device,
      deviceName,
      name,
      revoked ? 'revoked' : '',
      `${connections}`,
    ]);
    return { value, text: asTable(['DEVICE', 'NAME', 'MEMBER', 'HERE', 'CONNECTIONS'], rows) };
  },
  async identities({ dataDir }) {
    const value = (await get(dataDir, 'members', z.array(memberReport))).flatMap(
      ({ device, deviceName, name, signedIn }) => (signedIn ? [{ device, deviceName, name, ...signedIn }] : []),
    );
    const rows = value.map(({ device, deviceName, name, who, until }) => [who, device, deviceName, name, when(until)]);
    return { value, text: asTable(['IDENTITY', 'DEVICE', 'NAME', 'MEMBER', 'UNTIL'], rows) };
  },
  async documents({ dataDir }) {
    const value = await get(dataDir, 'documents', z.array(documentReport));
    return {
      value,
      text: asTable(
        ['DOCUMENT', 'BYTES', 'UPDATES'],
        value.map(({ name, bytes, updates }) => [name, `${bytes}`, `${updates}`]),
      ),
    };
  },
  async storage({ dataDir }) {
    const { storage, storageBytes, documents, teams, entries } = await get(dataDir, 'status', statusReport);
    const value = { storage, storageBytes, documents, teams, entries };
    return {
      value,
      text: asTable(
        ['STORAGE', 'BYTES', 'DOCUMENTS', 'TEAMS', 'FACTS'],
        [[storage, storageBytes, documents, teams, entries].map(String)],
      ),
    };
  },
  async connections({ dataDir }) {
    const value = await get(dataDir, 'connections', z.array(connectionReport));
    const rows = value.map(({ device, kind, name, address, since, backlogBytes }) => [
      device ?? '-',
      kind,
      name,
      address,
      when(since),
      `${backlogBytes}`,
    ]);
    return { value, text: asTable(['DEVICE', 'KIND', 'NAME', 'FROM', 'SINCE', 'BACKLOG'], rows) };
  },
  async quotas({ dataDir }) {
    const value = await get(dataDir, 'quotas', quotaReport);
    return {
      value,
      text: asTable(
        ['QUOTA', 'VALUE'],
        Object.entries(value).map(([name, limit]) => [name, `${limit}`]),
      ),
    };
  },
  revoke: asked =>
    tell(asked, 'revoke', 'is kept out of this server now. Its team decides by itself: an owner removes it.'),
  readmit: asked => tell(asked, 'readmit', 'is let in again: its engine tries that within half a minute.'),
  'sign-out': asked => tell(asked, 'end-sign-in', 'is signed out: it is let in again once somebody signs in for it.'),
  async link({ dataDir }) {
    const value = z.object({ url: z.url() }).parse(await (await askAdmin(dataDir, 'POST', '/api/link', {})).json());
    return { value, text: `${value.url}\n` };
  },
};

async function tell({ dataDir, device }: Asked, path: string, effect: string): Promise<Told> {
  if (device === undefined)
    throw new BenchmateError('BAD_REQUEST', 'Which device?', 'See benchmate-sync admin devices.');
  const value: unknown = await (await askAdmin(dataDir, 'POST', `/api/${path}`, { device })).json();
  return { value, text: `${device} ${effect}\n` };
}

/** Runs `benchmate-sync admin …` and gives what it prints. Throws BAD_REQUEST, OFFLINE and what the server answers. */
export async function adminCommand(argv: readonly string[]): Promise<string> {
  const { values, positionals } = parseCommand(argv, 'benchmate-sync admin --help');
  const [name, device, ...more] = positionals;
  if (values.help || name === undefined) return usage;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const takesDevice = ['revoke', 'readmit', 'sign-out'].includes(name);
  if (!command || more.length > 0 || (device !== undefined && !takesDevice))
    throw new BenchmateError(
      'BAD_REQUEST',
      `There is no command ${positionals.join(' ')}.`,
      'See benchmate-sync admin --help.',
    );
  if (values['data-dir'] === undefined)
    throw new BenchmateError('BAD_REQUEST', 'Which server?', 'Name its data directory with --data-dir.');
  const { value, text } = await command({ dataDir: values['data-dir'], device });
  return values.json ? `${JSON.stringify(value, null, 2)}\n` : text;
}
