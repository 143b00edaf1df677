import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Exported, Imported } from '@benchmate/shared/domain/bundle-task';
import { formatBytes } from '@benchmate/shared/diff/quantity-format';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { askSecret } from '../ask-secret.ts';
import { addGroup, addLeaf, option } from '../command.ts';
import type { Context } from '../context.ts';
import { ago } from '../output/describe.ts';
import { runTask } from '../run-task.ts';

type Request = Parameters<EngineClient['bundles']['begin']['mutate']>[0];

interface ExportOptions {
  since?: string;
  encrypt?: boolean;
  replace?: boolean;
  onlyAsk?: boolean;
}

const variable = 'BENCHMATE_BUNDLE_PASSPHRASE';
const shortest = 8;

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
        passphrase: encrypt ? await newPassphrase(context) : null,
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
      const result = (await imported(context, file)) as Imported;
      context.print(result, () => importedLines(result));
    },
  });
}

/** Whether a file is encrypted says the engine, so a passphrase is asked for when it is missed. */
async function imported(context: Context, file: string) {
  const passphrase = process.env[variable] ?? null;
  try {
    return await run(context, { kind: 'import', file, passphrase });
  } catch (error) {
    const isMissed = error instanceof BenchmateError && error.code === 'UNAUTHENTICATED' && passphrase === null;
    if (!isMissed) throw error;
    const asked = await askSecret(`Passphrase of ${file}:`, { variable, signal: context.signal });
    return run(context, { kind: 'import', file, passphrase: asked });
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

async function newPassphrase({ signal }: Context): Promise<string> {
  const given = process.env[variable];
  const passphrase = given ?? (await askSecret('Passphrase for the new file:', { variable, signal }));
  if (passphrase.length < shortest)
    throw new BenchmateError(
      'BAD_REQUEST',
      'The passphrase is too short.',
      `Take at least ${shortest} characters, better five words.`,
    );
  if (given === undefined && (await askSecret('The same again:', { variable, signal })) !== passphrase)
    throw new BenchmateError('BAD_REQUEST', 'The two differ.', 'Begin again.');
  return passphrase;
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
