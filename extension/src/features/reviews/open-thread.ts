import * as vscode from 'vscode';
import type { FolderProjects } from '../projects/folder-projects.ts';

/** Shows the file of a thread at its line, with the thread open; false where no file of an open folder is meant. */
export async function openThread(
  projects: FolderProjects,
  place: { projectId: string; threadId: string; path: string; line: number },
): Promise<boolean> {
  const project = projects.all.find(({ projectId }) => projectId === place.projectId);
  const dir = project && projects.dirOf(project);
  if (!dir) return false;
  const uri = vscode.Uri.joinPath(vscode.Uri.file(dir), place.path);
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    const line = Math.min(place.line, document.lineCount - 1);
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(line, 0, line, 0) });
    const isThere = await vscode.commands.executeCommand('benchmate.expandThread', place.projectId, place.threadId);
    // A thread without its text stands at the top of its file; of one without its file there is only the list.
    if (!isThere) await vscode.commands.executeCommand('workbench.action.focusCommentsPanel');
    return true;
  } catch {
    return false;
  }
}
