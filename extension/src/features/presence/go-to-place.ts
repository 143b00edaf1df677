import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { EvidencePlace } from '@benchmate/shared/domain/presence';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Part } from '../../host/part.ts';
import { headingLine } from './headings.ts';

/** Shows what a teammate looks at. Answers a sentence where it cannot be shown, and what was shown: an editor, or a page of the companion. */
export async function goToPlace(
  { engine, projects }: Pick<Part, 'engine' | 'projects'>,
  { place, name }: { place: EvidencePlace; name: string },
  openPage: (path: string) => Thenable<unknown>,
): Promise<{ uri: vscode.Uri } | { page: string } | { sentence: string }> {
  const { file, path, title, section } = place;
  const project = file && projects.all.find(({ projectId }) => projectId === file.projectId);
  const dir = project && projects.dirOf(project);
  if (file && dir && !posix.normalize(file.path).startsWith('..')) {
    const uri = vscode.Uri.joinPath(vscode.Uri.file(dir), file.path);
    try {
      return { uri: await showAt(uri, () => file.line) };
    } catch {
      return { sentence: `${name} looks at ${file.path}, which is not in your copy of ${project.name}.` };
    }
  }
  if (path === null) return { sentence: `${name} looks at ${title}, which is in no project of this window.` };
  const [, noteId] = /^\/notes\/([^/?#]+)$/.exec(path) ?? [];
  if (noteId !== undefined) return openNote(decodeURIComponent(noteId), section, name, title);
  const [, runId] = /^\/runs\/([^/?#]+)$/.exec(path) ?? [];
  if (runId !== undefined) {
    const { client } = await engine.session();
    const isHere = await client.runs.get.query({ runId: decodeURIComponent(runId) }).then(() => true, isKnown);
    if (!isHere)
      return {
        sentence: `The run ${title} is on ${name}’s device. ${name} can share it with the team; then it is here, too.`,
      };
  }
  await openPage(path);
  return { page: path };
}

async function openNote(noteId: string, section: string | null, name: string, title: string) {
  const uri: unknown = await vscode.commands.executeCommand('benchmate.openNote', noteId);
  if (!(uri instanceof vscode.Uri))
    return { sentence: `The note ${title}, which ${name} looks at, has not arrived here.` };
  if (section !== null) await showAt(uri, document => headingLine(document, section));
  return { uri };
}

/** A place that their text has and this one does not shows the end of it. */
async function showAt(uri: vscode.Uri, line: (document: vscode.TextDocument) => number): Promise<vscode.Uri> {
  const document = await vscode.workspace.openTextDocument(uri);
  const at = new vscode.Position(line(document), 0);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at), preview: false });
  return uri;
}

function isKnown(error: unknown): false {
  if (error instanceof BenchmateError && error.code === 'NOT_FOUND') return false;
  throw error;
}
