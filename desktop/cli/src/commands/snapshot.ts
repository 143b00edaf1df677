import type { Command } from 'commander';
import { errorCodes } from '@benchmate/shared/errors/codes';
import type { SnapshotTaken, SnapshotWritten } from '@benchmate/shared/protocol/snapshot';
import { addGroup, addLeaf, option } from '../command.ts';
import { needProject } from '../this-project.ts';

/** `benchmate snapshot …`: what the team shares about a project, as text in git. */
export function registerSnapshot(program: Command): void {
  const group = addGroup(
    program,
    'snapshot',
    'keep notes, threads and decisions in git, beside the code',
    'benchmate snapshot write',
  );
  const ofProject = option('--project <name>', 'folder, id or name of a project');

  addLeaf<{ project?: string }>(group, {
    spec: 'write',
    description:
      'write notes, threads and signed facts into .benchmate/, to be committed; only what changed is written',
    examples: ['benchmate snapshot write && git add .benchmate && git commit -m "Notes of today"'],
    options: [ofProject],
    run: async (context, _args, { project }) => {
      const { projectId } = await needProject(context, project);
      const written = await (await context.engine()).snapshot.write.mutate({ projectId });
      context.print(written, () => writtenLines(written));
    },
  });

  addLeaf<{ project?: string }>(group, {
    spec: 'read',
    description: 'take in what .benchmate/ has and this device lacks; nothing here is ever removed',
    examples: ['git pull && benchmate snapshot read'],
    options: [ofProject],
    run: async (context, _args, { project }) => {
      const { projectId } = await needProject(context, project);
      const taken = await (await context.engine()).snapshot.read.mutate({ projectId });
      context.print(taken, () => takenLines(taken));
    },
  });

  addLeaf(group, {
    spec: 'setup',
    description: 'teach git in this clone to merge snapshots without conflicts, and model cards key by key',
    examples: ['benchmate snapshot setup'],
    run: async context => {
      const { configureGit } = await import('../snapshot/configure-git.ts');
      const configured = await configureGit();
      context.print(configured, () => [
        `git merges .benchmate/ and model cards (${configured.cards.join(', ')}) by Benchmate in this clone from now on.`,
      ]);
    },
  });

  addLeaf(group, {
    spec: 'merge <base> <ours> <theirs> [path]',
    description: 'what git calls to merge one file of a snapshot; the result replaces <ours>',
    examples: ['git config merge.benchmate.driver "benchmate snapshot merge %O %A %B %P"'],
    run: async (context, [, ours, theirs, path]) => {
      // Loaded when it is needed: every other command starts without Yjs.
      const { mergeForGit } = await import('../snapshot/git-driver.ts');
      const merged = await mergeForGit({ ours: String(ours), theirs: String(theirs), path: String(path ?? ours) });
      context.print({ merged }, () => []);
      return merged ? 0 : errorCodes.CONFLICT.exit;
    },
  });
}

const writtenLines = ({ dir, files, changed, taken }: SnapshotWritten): string[] => [
  changed === 0 ? `${dir} was up to date (${files} files).` : `${changed} of ${files} files written in ${dir}.`,
  ...(taken.entries + taken.documents > 0 || taken.asGuest ? takenLines(taken) : []),
];

const takenLines = ({ entries, documents, asGuest, refused }: SnapshotTaken): string[] => [
  entries + documents === 0
    ? 'Nothing new in the snapshot.'
    : `${count(entries, 'new fact')} and ${count(documents, 'changed document')} taken from the snapshot.`,
  ...(asGuest ? ['This device looks into that team as a guest: it sees everything. To write, join by an invite.'] : []),
  ...refused.map(sentence => `! ${sentence}`),
];

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
