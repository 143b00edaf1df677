import * as vscode from 'vscode';
import type { Commands, Part } from '../../host/part.ts';
import { chooseProject } from '../projects/choose-project.ts';
import type { RunNode } from '../runs/run-tree.ts';

const beginnings = [
  { label: 'Empty note', detail: 'Markdown that the team writes together', template: 'empty' },
  { label: 'Decision record', detail: 'Context, options, decision, evidence', template: 'decision' },
] as const;

/** `Write a Note`: about the project, or about the run that it was asked on; it goes on in an editor. */
export function startNewNote({ engine, projects }: Part): Commands {
  return {
    newNote: async (node?: RunNode) => {
      const { client } = await engine.session();
      const run = node?.runId === undefined ? null : await client.runs.get.query({ runId: node.runId });
      const own = projects.all.find(({ projectId }) => projectId === run?.projectId);
      const project = own ?? (await chooseProject(projects));
      if (!project) return undefined;
      const begin = await vscode.window.showQuickPick(beginnings, { title: 'Write a Note', placeHolder: 'Begin with' });
      if (!begin) return undefined;
      const title = await vscode.window.showInputBox({
        title: 'Write a Note',
        prompt: run ? `What it is called, about run ${run.name}` : `What it is called, in ${project.name}`,
        ignoreFocusOut: true,
        validateInput: value => (value.trim().length > 200 ? 'At most 200 characters.' : undefined),
      });
      if (!title?.trim()) return undefined;
      const about = run && `run:${run.runId}`;
      const { noteId } = await client.notes.create.mutate({
        projectId: project.projectId,
        title: title.trim(),
        template: begin.template,
        ...(about !== null && { about }),
      });
      await vscode.commands.executeCommand('benchmate.openNote', noteId);
      return noteId;
    },
  };
}
