import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { Project } from '@benchmate/shared/domain/project';
import type { Cell } from '@benchmate/shared/documents/cells';
import type { FolderProjects } from '../projects/folder-projects.ts';

export interface ReviewedFile {
  project: Project;
  /** In the project, POSIX separators. */
  path: string;
  /** The cell of a notebook, from 0. */
  cell: { notebook: vscode.NotebookDocument; index: number } | null;
}

const notReviewed = /(^|\/)(\.git|\.venv|venv|node_modules|mlruns|__pycache__|\.benchmate)\//;

/** The file of a project that a document is, or is a cell of; undefined for what nobody reviews. */
export function reviewedFile(projects: FolderProjects, uri: vscode.Uri): ReviewedFile | undefined {
  if (uri.scheme === 'vscode-notebook-cell') {
    for (const notebook of vscode.workspace.notebookDocuments)
      for (const cell of notebook.getCells())
        if (cell.document.uri.toString() === uri.toString()) {
          const file = reviewedFile(projects, notebook.uri);
          return file && { ...file, cell: { notebook, index: cell.index } };
        }
    return undefined;
  }
  const project = uri.scheme === 'file' ? projects.of(uri) : undefined;
  const dir = project && projects.dirOf(project);
  if (!project || !dir || !uri.fsPath.startsWith(dir + sep)) return undefined;
  const path = uri.fsPath
    .slice(dir.length + 1)
    .split(sep)
    .join('/');
  return notReviewed.test(path) ? undefined : { project, path, cell: null };
}

export const openNotebook = (uri: vscode.Uri): vscode.NotebookDocument | undefined =>
  vscode.workspace.notebookDocuments.find(notebook => notebook.uri.toString() === uri.toString());

export function cellsOf(notebook: vscode.NotebookDocument): Cell[] {
  return notebook.getCells().map(({ metadata, document }) => {
    const id: unknown = metadata['id'];
    return { id: typeof id === 'string' ? id : null, source: document.getText() };
  });
}
