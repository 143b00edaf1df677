import type { Command } from 'commander';
import { addGroup, addLeaf, option } from '../command.ts';
import { syncLines } from '../output/team-lines.ts';

/** `benchmate sync …`: the connection to the team's server. */
export function registerSync(program: Command): void {
  const group = addGroup(program, 'sync', 'the connection to the team’s server', 'benchmate sync status');

  addLeaf(group, {
    spec: 'status',
    description: 'whether everything is shared',
    examples: ['benchmate sync status'],
    run: async context => {
      const { sync } = await (await context.engine()).team.state.query();
      context.print(sync, () => syncLines(sync));
    },
  });

  addLeaf<{ off?: boolean }>(group, {
    spec: 'connect [url]',
    description: 'share through a server; --off works alone again',
    examples: ['benchmate sync connect https://bench.example.org'],
    options: [option('--off', 'use no server')],
    run: async (context, [url], { off }) => {
      const serverUrl = off || url === undefined ? null : String(url);
      const state = await (await context.engine()).team.connect.mutate({ serverUrl });
      context.print(state, () => syncLines(state.sync));
    },
  });

  for (const [spec, paused, description] of [
    ['pause', true, 'cut the connection; work goes on here'],
    ['resume', false, 'connect again and share what was written meanwhile'],
  ] as const)
    addLeaf(group, {
      spec,
      description,
      examples: [`benchmate sync ${spec}`],
      run: async context => {
        const state = await (await context.engine()).team.setPaused.mutate({ paused });
        context.print(state, () => syncLines(state.sync));
      },
    });
}
