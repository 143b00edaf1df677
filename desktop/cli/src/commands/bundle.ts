import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { Exported, Imported } from '@benchmate/shared/domain/bundle-task';
import { grantableRole } from '@benchmate/shared/domain/team';
import { formatBytes } from '@benchmate/shared/diff/quantity-format';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { askSecret } from '../ask-secret.ts';
import { addGroup, addLeaf, numberOption, option } from '../command.ts';
import type { Context } from '../context.ts';
import { newPassphrase } from '../new-passphrase.ts';
import { ago } from '../output/describe.ts';
import { teamLines } from '../output/team-lines.ts';
import { runTask } from '../run-task.ts';

type Request = Parameters<EngineClient['bundles']['begin']['mutate']>[0];

interface ExportOptions {
  since?: string;
  encrypt?: boolean;
  replace?: boolean;
  onlyAsk?: boolean;
}

const variable = 'BENCHMATE_BUNDLE_PASSPHRASE';

/** `benchmate bundle …`: what the team knows as one file, for teammates without a common network. */
export function registerBundle(program: Command): void {
  const group = addGroup(
    program,
    'bundle',
    'bring what the team knows to a teammate as a file',
    'benchmate bundle export team.bundle',
  );

  addLeaf<ExportOptions>(group, {
    spec: 'export <file>',
    description: 'write facts, notes and threads of the team into one file; not runs, not files of models',
    examples: [
      'benchmate bundle export team.bundle',
      'benchmate bundle export answer.bundle --since theirs.bundle --encrypt',
    ],
    options: [
      option('--since <file>', 'a bundle of your teammate: write only what it did not have'),
      option('--only-ask', 'write only what is here already, so that a teammate can answer with --since'),
      option('--encrypt', `with a passphrase, which is asked for (or ${variable})`),
      option('--replace', 'overwrite an existing file'),
    ],
    run: async (context, [file], { since, encrypt = false, replace = false, onlyAsk = false }) => {
      const result = (await run(context, {
        kind: 'export',
        file: resolve(String(file)),
        replace,
        since: since === undefined ? null : resolve(since),
        contents: !onlyAsk,
        passphrase: encrypt ? await newPassphrase('the new file', { variable, signal: context.signal }) : null,
      })) as Exported;
      context.print(result, () => exportedLines(result, onlyAsk));
    },
  });

  addLeaf(group, {
    spec: 'import <file>',
    description: 'take in what is new in a bundle; again changes nothing',
    examples: ['benchmate bundle import team.bundle'],
    run: async (context, [given]) => {
      const file = resolve(String(given));
      const take = (passphrase: string | null) => run(context, { kind: 'import', file, passphrase });
      const result = (await opened(context, file, take)) as Imported;
      context.print(result, () => importedLines(result));
    },
  });

  addLeaf<{ role: string; hours: number }>(group, {
    spec: 'invite',
    description: 'a link for a teammate who reaches no server; valid once',
    examples: ['benchmate bundle invite --role reviewer'],
    options: [
      option('--role <role>', `what the teammate may do: ${grantableRole.options.join(', ')}`).default('reviewer'),
      numberOption('--hours <n>', 'how long the link is valid', 168),
    ],
    run: async (context, _args, options) => {
      const wanted = grantableRole.safeParse(options.role);
      if (!wanted.success)
        throw new BenchmateError(
          'BAD_REQUEST',
          `There is no role '${options.role}' to give.`,
          `Use one of ${grantableRole.options.join(', ')}.`,
        );
      const { joinByFile } = await context.engine();
      const invite = await joinByFile.invite.mutate({ role: wanted.data, expiresInHours: options.hours });
      context.print(invite, () => [
        invite.link,
        `Valid once, until ${new Date(invite.expiresAt).toLocaleString()}. Send it to your teammate only: who has it joins as ${wanted.data}.`,
        'Send a bundle, too: benchmate bundle export FILE, or share a folder. They run: benchmate bundle join LINK FILE-OR-FOLDER --name "Their name"',
      ]);
    },
  });

  addLeaf<{ name?: string }>(group, {
    spec: 'join <link> <from>',
    description: 'join the team of such a link with a bundle or a shared folder; `-` reads the link from stdin',
    examples: [
      'benchmate bundle join - team.bundle --name "Ada" < link.txt',
      'benchmate bundle join "$LINK" /mnt/team',
    ],
    options: [option('--name <name>', 'how teammates see you (default: your user name)')],
    run: async (context, [given, path], options) => {
      const link = given === '-' ? (await text(process.stdin)).trim() : String(given);
      const from = resolve(String(path));
      const name = options.name ?? userInfo().username;
      const { joinByFile } = await context.engine();
      const state = await opened(context, from, passphrase => joinByFile.join.mutate({ link, name, from, passphrase }));
      context.print(state, () => [
        `You work in the team ${state.name} now.`,
        ...(state.sync.folder ? [] : ['The team learns of it by a bundle from you: benchmate bundle export FILE']),
        ...teamLines(state, context.terminal.width),
      ]);
    },
  });
}

/** Whether a file is encrypted says the engine, so a passphrase is asked for when it is missed. */
async function opened<T>(context: Context, file: string, open: (passphrase: string | null) => Promise<T>): Promise<T> {
  const passphrase = process.env[variable] ?? null;
  try {
    return await open(passphrase);
  } catch (error) {
    const isMissed = error instanceof BenchmateError && error.code === 'UNAUTHENTICATED' && passphrase === null;
    if (!isMissed) throw error;
    return open(await askSecret(`Passphrase of ${file}:`, { variable, signal: context.signal }));
  }
}

async function run(context: Context, request: Request) {
  const { bundles } = await context.engine();
  return runTask(context, {
    begin: () => bundles.begin.mutate(request),
    wait: asked => bundles.wait.query(asked),
    cancel: asked => bundles.cancel.mutate(asked),
  });
}

const exportedLines = ({ file, sizeBytes, encrypted, entries, documents }: Exported, onlyAsk: boolean): string[] => [
  onlyAsk
    ? `${file} says what this device has (${formatBytes(sizeBytes)}${encrypted ? ', encrypted' : ''}).`
    : `${file} holds ${count(entries, 'fact')} and ${count(documents, 'document')} (${formatBytes(sizeBytes)}${encrypted ? ', encrypted' : ''}).`,
  onlyAsk
    ? 'Your teammate answers it: benchmate bundle export FILE --since THIS-FILE'
    : 'Your teammate takes it in: benchmate bundle import FILE',
  ...(encrypted ? [] : ['It is not encrypted: whoever has the file can read notes, threads and decisions.']),
];

const importedLines = ({ from, at, entries, documents, refused }: Imported): string[] => [
  entries + documents === 0
    ? `Nothing new: all that ${from || 'the writer'} had ${ago(Date.parse(at))} was here.`
    : `${count(entries, 'new fact')} and ${count(documents, 'changed document')} from ${from || 'a device without a name'}, written ${ago(Date.parse(at))}.`,
  ...refused.map(sentence => `! ${sentence}`),
];

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
