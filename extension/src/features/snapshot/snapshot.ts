import * as vscode from 'vscode';
import type { SnapshotTaken, SnapshotWritten } from '@benchmate/shared/protocol/snapshot';
import type { Commands, Part } from '../../host/part.ts';
import { chooseProject } from '../projects/choose-project.ts';

/** `Write Git Snapshot` and `Read Git Snapshot`: notes, threads and decisions as text beside the code. */
export function startSnapshot({ engine, projects }: Part): Commands {
  return {
    writeSnapshot: async () => {
      const { client } = await engine.session();
      const project = await chooseProject(projects);
      if (!project) return;
      const { projectId } = project;
      void vscode.window.showInformationMessage(writtenText(await client.snapshot.write.mutate({ projectId })));
    },
    readSnapshot: async () => {
      const { client } = await engine.session();
      const project = await chooseProject(projects);
      if (!project) return;
      const { projectId } = project;
      const taken = await client.snapshot.read.mutate({ projectId });
      void vscode.window.showInformationMessage([takenText(taken), ...taken.refused].join(' '));
    },
  };
}

const writtenText = ({ files, changed }: SnapshotWritten): string =>
  changed === 0
    ? `The snapshot was up to date (${files} files).`
    : `${changed} of ${files} files written in .benchmate.`;

const takenText = ({ entries, documents, asGuest }: SnapshotTaken): string =>
  [
    entries + documents === 0
      ? 'Nothing new in the snapshot.'
      : `New from the snapshot: ${entries} facts, ${documents} documents.`,
    ...(asGuest ? ['This device looks into that team as a guest; to write, join by an invite.'] : []),
  ].join(' ');
