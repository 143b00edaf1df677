import * as vscode from 'vscode';
import type { Project } from '@benchmate/shared/domain/project';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { FolderProjects } from './folder-projects.ts';

/** The project that a command means; asks only when there are several and no file says which. Undefined: the person changed their mind. */
export async function chooseProject(projects: FolderProjects, uri?: vscode.Uri): Promise<Project | undefined> {
  const active = uri ?? vscode.window.activeTextEditor?.document.uri;
  const here = active && projects.of(active);
  if (here) return here;
  const all = projects.all;
  if (all.length === 0)
    throw new BenchmateError(
      'NOT_FOUND',
      'There is no project in this window: no folder has a benchmate.yaml.',
      'Create one with “Benchmate: New Project”.',
    );
  if (all.length === 1) return all[0];
  const items = all.map(project => ({ label: project.name, description: project.dir ?? '', project }));
  return (await vscode.window.showQuickPick(items, { title: 'Which project?', matchOnDescription: true }))?.project;
}
