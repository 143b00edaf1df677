import { text } from 'node:stream/consumers';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { grantableRole, keyPlace, role as roles, type Member } from '@benchmate/shared/domain/team';
import { rights } from '@benchmate/shared/facts/rights';
import { addLeaf, option } from '../command.ts';
import { newInviteLines } from '../output/invite-lines.ts';
import { rightsLines, teamLines } from '../output/team-lines.ts';
import { inviteOptions } from './team-invites.ts';
import { pickById } from '../pick-by-id.ts';

/** `benchmate team …`: who may do what, devices and agents, and coming back after a loss. */
export function registerTeamRights(team: Command): void {
  // Else `team --json` and `team role … --json` would be the same option.
  team.enablePositionalOptions();

  addLeaf<{ project?: string }>(team, {
    spec: 'role <member> <role>',
    description: 'change what a member may do: in the team, or in one project',
    examples: ['benchmate team role Ada maintainer', 'benchmate team role Bo viewer --project churn'],
    options: [option('--project <id>', 'in this project alone; the role `team` goes back to the role in the team')],
    run: async (context, [name, wanted], { project }) => {
      const role = roleNamed(String(wanted), project !== undefined);
      const { team: engine } = await context.engine();
      const { person, name: who } = memberNamed((await engine.state.query()).members, String(name));
      const state = await engine.setRole.mutate({ person, role, project: project ?? null });
      context.print(state, () => [
        `${who} is ${role ?? 'what they are in the team'}${project === undefined ? '' : ` in ${project}`} now.`,
        ...teamLines(state, context.terminal.width),
      ]);
    },
  });

  addLeaf(team, {
    spec: 'roles',
    description: 'which role may do what',
    examples: ['benchmate team roles'],
    run: async context => {
      const list = Object.entries(rights).map(([action, { roles: allowed, deed }]) => ({
        action,
        deed,
        roles: allowed,
      }));
      context.print(list, () => rightsLines(list, roles.options, context.terminal.width));
    },
  });

  addLeaf<{ device?: boolean }>(team, {
    spec: 'remove <member>',
    description: 'remove a member with all devices and agents; with --device one of them',
    examples: ['benchmate team remove Bo', 'benchmate team remove old-laptop --device'],
    options: [option('--device', 'only the device, or agent, of this name or id')],
    run: async (context, [name], { device }) => {
      const { team: engine } = await context.engine();
      const { members } = await engine.state.query();
      const state = device
        ? await engine.removeMember.mutate({ device: deviceNamed(members, String(name)).device })
        : await engine.removePerson.mutate({ person: memberNamed(members, String(name)).person });
      context.print(state, () => teamLines(state, context.terminal.width));
    },
  });

  for (const { spec, description, request, says, where } of [
    {
      spec: 'device',
      description: 'a link that adds another device of yours',
      request: { as: 'device' } as const,
      says: 'On your other device run: benchmate join <link>',
      where: 'It is for your other device.',
    },
    {
      spec: 'agent',
      description: 'a link that adds an agent, such as a bot or a build, which works for you',
      request: { role: 'agent' } as const,
      says: 'Where the agent runs: benchmate join <link> --name "Its name". It never approves, promotes or invites.',
      where: 'It is for where the agent runs.',
    },
  ])
    addLeaf<{ hours?: number; spoken?: boolean }>(team, {
      spec,
      description,
      examples: [`benchmate team ${spec}`],
      options: inviteOptions,
      run: async (context, _args, { hours, spoken = false }) => {
        const { team: engine } = await context.engine();
        const invite = await engine.invite.mutate({ ...request, spoken, expiresInHours: hours });
        context.print(invite, () => newInviteLines(invite, { link: says, spoken: where, browser: spec === 'device' }));
      },
    });

  addLeaf(team, {
    spec: 'key [place]',
    description: 'where the private key of this device is: `keychain` or `file` brings it there',
    examples: ['benchmate team key', 'benchmate team key keychain'],
    run: async (context, [place]) => {
      const { team: engine } = await context.engine();
      const wanted = place === undefined ? null : keyPlace.safeParse(place);
      if (wanted?.success === false)
        throw new BenchmateError('BAD_REQUEST', `There is no place '${String(place)}'.`, 'Use keychain or file.');
      const kept = wanted ? await engine.keepKey.mutate({ keptIn: wanted.data }) : await engine.deviceKey.query();
      context.print(kept, () => [
        kept.keptIn === 'keychain'
          ? 'The key of this device is in the keychain of your system.'
          : 'The key of this device is in device.json of the data directory, which only you can read.',
      ]);
    },
  });

  addLeaf(team, {
    spec: 'recovery-key',
    description: 'a key to print: it brings an owner back who lost all devices',
    examples: ['benchmate team recovery-key'],
    run: async context => {
      const { team: engine } = await context.engine();
      const { key } = await engine.createRecoveryKey.mutate();
      const { name, sync } = await engine.state.query();
      context.print({ key, team: name, serverUrl: sync.serverUrl }, () => [
        key,
        `Recovery key of the team ${name}${sync.serverUrl ? ` on ${sync.serverUrl}` : ''}. Print it, and keep it apart from your devices.`,
        'It is shown once and stored nowhere; a key made before counts no more.',
        `After a loss, on a new machine: benchmate team recover - --server ${sync.serverUrl ?? '<address>'}`,
        ...(sync.serverUrl ? [] : ['It helps once the team has a sync server: nobody else has its facts.']),
      ]);
    },
  });

  addLeaf<{ server: string; name?: string }>(team, {
    spec: 'recover <key>',
    description: 'come back as the owner of a recovery key; your other devices are revoked. `-` reads it from stdin',
    examples: ['benchmate team recover - --server https://sync.example.org < key.txt'],
    options: [
      option('--server <url>', 'address of the team’s sync server').makeOptionMandatory(),
      option('--name <name>', 'how teammates see you (default: your user name)'),
    ],
    run: async (context, [given], { server, name }) => {
      const key = given === '-' ? (await text(process.stdin)).trim() : String(given);
      const request = { key, serverUrl: server, name: name ?? userInfo().username };
      const state = await (await context.engine()).team.recover.mutate(request);
      context.print(state, () => [
        `You are back in the team ${state.name}, as ${state.me.role}. Your devices and agents from before are revoked.`,
        ...teamLines(state, context.terminal.width),
      ]);
    },
  });
}

function roleNamed(wanted: string, isProject: boolean) {
  if (isProject && wanted === 'team') return null;
  const parsed = grantableRole.safeParse(wanted);
  if (parsed.success) return parsed.data;
  const names = [...grantableRole.options, ...(isProject ? ['team'] : [])].join(', ');
  throw new BenchmateError('BAD_REQUEST', `Nobody can be made '${wanted}'.`, `Use one of ${names}.`);
}

/** One device of the person, or the agent, of this name; which of the devices says nothing. */
function memberNamed(members: readonly Member[], wanted: string): Member {
  const people = members.filter(({ active, person }, index) => {
    const isFirst = members.findIndex(other => other.active && other.person === person) === index;
    return active && isFirst;
  });
  return pickById(people, wanted, { what: 'member', id: ({ person }) => person, name: ({ name }) => name });
}

function deviceNamed(members: readonly Member[], wanted: string): Member {
  const active = members.filter(member => member.active);
  return pickById(active, wanted, {
    what: 'device',
    id: ({ device }) => device,
    name: ({ deviceName, name, agentOf }) => (agentOf === null ? deviceName : name),
  });
}
