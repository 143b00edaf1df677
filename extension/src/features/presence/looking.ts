import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { EvidencePlace } from '@benchmate/shared/domain/presence';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import type { Part } from '../../host/part.ts';
import { noteIdOf } from '../notes/note-uri.ts';
import { headingAt } from './headings.ts';
import { surface } from './presence-cache.ts';
import { reviewedFile } from '../reviews/reviewed-file.ts';

/** Well below what the engine waits for. */
const againMs = 20_000;
const pauseMs = 300;

/** Tells the engine which file of a project, or which note, this window is on, while it has the focus. The engine keeps it from others where it is to be private. */
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
    if (!editor) return null;
    const { line } = editor.selection.active;
    const nowhere = { metric: null, step: null };
    const noteId = noteIdOf(editor.document.uri);
    if (noteId !== null) {
      const title = posix.basename(editor.document.uri.path, '.md').slice(0, 200);
      return {
        title,
        path: pathTo('notes', noteId),
        ...nowhere,
        section: headingAt(editor.document, line),
        file: null,
      };
    }
    const file = reviewedFile(projects, editor.document.uri);
    if (!file) return null;
    return {
      title: posix.basename(file.path).slice(0, 200),
      path: null,
      ...nowhere,
      section: editor.document.languageId === 'markdown' ? headingAt(editor.document, line) : null,
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
