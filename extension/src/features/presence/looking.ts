import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { EvidencePlace } from '@benchmate/shared/domain/presence';
import type { Part } from '../../host/part.ts';
import { surface } from './presence-cache.ts';
import { reviewedFile } from '../reviews/reviewed-file.ts';

/** Well below what the engine waits for. */
const againMs = 20_000;
const pauseMs = 300;
const heading = /^#{1,6}\s+(.+?)\s*#*$/;

/** Tells the engine which file of a project this window is on, while it has the focus. The engine keeps it from others where it is to be private. */
export function tellWhatIsShown({ engine, projects, context }: Part): void {
  let told = '';
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    timer = undefined;
    if (engine.state.kind !== 'connected') return;
    const place = vscode.window.state.focused ? placeOf(vscode.window.activeTextEditor) : null;
    const telling = JSON.stringify(place);
    if (telling === told) return;
    told = telling;
    engine.state.session.client.presence.look.mutate({ surface, place }).catch(() => (told = ''));
  };
  const soon = () => (timer ??= setTimeout(tell, pauseMs));
  const placeOf = (editor: vscode.TextEditor | undefined): EvidencePlace | null => {
    const file = editor && reviewedFile(projects, editor.document.uri);
    if (!file) return null;
    const { line } = editor.selection.active;
    return {
      title: posix.basename(file.path).slice(0, 200),
      path: null,
      metric: null,
      step: null,
      section: editor.document.languageId === 'markdown' ? sectionAt(editor.document, line) : null,
      file: { projectId: file.project.projectId, path: file.path, line },
    };
  };
  const again = setInterval(() => ((told = ''), soon()), againMs);
  context.subscriptions.push(
    vscode.window.onDidChangeActiveTextEditor(soon),
    vscode.window.onDidChangeTextEditorSelection(soon),
    vscode.window.onDidChangeWindowState(soon),
    projects.onDidChange(soon),
    { dispose: () => (clearInterval(again), clearTimeout(timer)) },
  );
}

function sectionAt(document: vscode.TextDocument, line: number): string | null {
  for (let at = line; at >= 0; at--) {
    const title = heading.exec(document.lineAt(at).text)?.[1];
    if (title) return title.slice(0, 200);
  }
  return null;
}
