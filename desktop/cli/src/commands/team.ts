import { text } from 'node:stream/consumers';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { role } from '@benchmate/shared/domain/team';
import { addLeaf, option } from '../command.ts';
import { inviteOptions, registerTeamInvites } from './team-invites.ts';
import { registerTeamRights } from './team-rights.ts';
import { newInviteLines } from '../output/invite-lines.ts';
import { teamLines } from '../output/team-lines.ts';

/** `benchmate team`, `invite` and `join`. */
export function registerTeam(program: Command): void {
  const team = addLeaf<{ name?: string; teamName?: string }>(program, {
    spec: 'team',
    description: 'members of the team, and whether everything is shared',
    examples: ['benchmate team', 'benchmate team --name "Ada"'],
    options: [
      option('--name <name>', 'change how teammates see you'),
      option('--team-name <name>', 'change the name of the team'),
    ],
    run: async (context, _args, { name, teamName }) => {
      const { team } = await context.engine();
      const names = { ...(name && { member: name }), ...(teamName && { team: teamName }) };
      const state = name || teamName ? await team.rename.mutate(names) : await team.state.query();
      context.print(state, () => teamLines(state, context.terminal.width));
    },
  });

  registerTeamRights(team);
  registerTeamInvites(team);

  addLeaf<{ role: string; hours?: number; spoken?: boolean }>(program, {
    spec: 'invite',
    description: 'a link, or a code to read aloud, for one teammate, valid once',
    examples: ['benchmate invite --role reviewer', 'benchmate invite --spoken'],
    options: [
      option('--role <role>', `what the teammate may do: ${role.options.join(', ')}`).default('reviewer'),
      ...inviteOptions,
    ],
    run: async (context, _args, options) => {
      const wanted = role.safeParse(options.role);
      if (!wanted.success)
        throw new BenchmateError(
          'BAD_REQUEST',
          `There is no role '${options.role}'.`,
          `Use one of ${role.options.join(', ')}.`,
        );
      const { hours, spoken = false } = options;
      const request = { role: wanted.data, spoken, expiresInHours: hours };
      const invite = await (await context.engine()).team.invite.mutate(request);
      context.print(invite, () =>
        newInviteLines(invite, {
          link: `Send it to your teammate only: who has it joins as ${wanted.data}. They run: benchmate join <link> --name "Their name"`,
          spoken: `Whoever you read it to joins as ${wanted.data}.`,
          browser: wanted.data !== 'agent',
        }),
      );
    },
  });

  addLeaf<{ name?: string }>(program, {
    spec: 'join <invite> [code...]',
    description:
      'join a team by an invite link, or by a server and the code that was read to you; `-` reads it from stdin, so that no process list shows it',
    examples: [
      'benchmate join "$LINK" --name "Ada"',
      'benchmate join - --name "Ada" < link.txt',
      'benchmate join sync.example.org 7-river-candy-orbit',
    ],
    options: [option('--name <name>', 'how teammates see you (default: your user name)')],
    run: async (context, [given, code], { name }) => {
      const link = given === '-' ? (await text(process.stdin)).trim() : [given, code].flat().join(' ');
      const request = { link, name: name ?? userInfo().username };
      const state = await (await context.engine()).team.join.mutate(request);
      context.print(state, () => [
        `You work in the team ${state.name} now.`,
        ...teamLines(state, context.terminal.width),
      ]);
    },
  });
}
