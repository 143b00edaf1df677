import { resolve } from 'node:path';
import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { askSecret } from '../ask-secret.ts';
import { addGroup, addLeaf, option } from '../command.ts';
import type { Context } from '../context.ts';
import { newPassphrase } from '../new-passphrase.ts';
import { registerSyncDirect } from './sync-direct.ts';
import { syncLines } from '../output/team-lines.ts';

const variable = 'BENCHMATE_FOLDER_PASSPHRASE';

interface FolderOptions {
  off?: boolean;
  encrypt?: boolean;
}

/** `benchmate sync …`: how the team shares, through a server or without one. */
export function registerSync(program: Command): void {
  const group = addGroup(program, 'sync', 'how the team shares', 'benchmate sync status');

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

  addLeaf<FolderOptions>(group, {
    spec: 'folder [dir]',
    description: 'share through a folder that teammates have, too: a network drive, a synchronised folder, a stick',
    examples: ['benchmate sync folder /mnt/team', 'benchmate sync folder --off'],
    options: [
      option('--encrypt', `with a passphrase of the team, which is asked for (or ${variable})`),
      option('--off', 'use no folder; its files stay'),
    ],
    run: async (context, [dir], options) => {
      const sync = await folder(context, dir === undefined ? null : resolve(String(dir)), options);
      context.print(sync, () => syncLines(sync));
    },
  });

  registerSyncDirect(group);

  addLeaf(group, {
    spec: 'sign-out',
    description: 'where the team signs in at the sync server: end that for this device',
    examples: ['benchmate sync sign-out'],
    run: async context => {
      const { sync } = await (await context.engine()).team.signOut.mutate();
      context.print(sync, () => [
        'Signed out. What is written here is shared again after the next sign-in; benchmate sync status names its address.',
        ...syncLines(sync),
      ]);
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

async function folder(context: Context, path: string | null, { off, encrypt }: FolderOptions) {
  const client = await context.engine();
  if (off) return client.folder.leave.mutate();
  if (path === null) throw new BenchmateError('BAD_REQUEST', 'No folder was named.', 'Name one, or --off to use none.');
  const secret = { variable, signal: context.signal };
  if (encrypt) return client.folder.use.mutate({ path, passphrase: await newPassphrase('the shared folder', secret) });
  const given = process.env[variable] ?? null;
  try {
    return await client.folder.use.mutate({ path, passphrase: given });
  } catch (error) {
    const isMissed = error instanceof BenchmateError && error.code === 'UNAUTHENTICATED' && given === null;
    if (!isMissed) throw error;
    return client.folder.use.mutate({ path, passphrase: await askSecret(`Passphrase of ${path}:`, secret) });
  }
}
