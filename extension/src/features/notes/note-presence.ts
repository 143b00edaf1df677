import * as vscode from 'vscode';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import type { Part } from '../../host/part.ts';
import type { PresenceCache } from '../presence/presence-cache.ts';
import { NoteCursors } from './note-cursors.ts';
import { noteWords, peopleWords } from './note-words.ts';
import type { OpenNote } from './open-note.ts';
import type { OpenNotes } from './open-notes.ts';

const tellAfterMs = 60;

/** Who else is in a note, where; and that this person is, where they let it be seen. The status bar says it, and whether all is saved. */
export function startNotePresence({ context }: Part, notes: OpenNotes, presence: PresenceCache): void {
  const cursors = new NoteCursors();
  const item = vscode.window.createStatusBarItem('benchmate.note', vscode.StatusBarAlignment.Left, 90);
  item.name = 'Note of the Team';
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    timer = undefined;
    const me = notes.team?.me;
    for (const open of notes.all()) {
      const editor = editorOf(open);
      const told = presence.told && editor && me ? { name: me.name, device: me.device } : null;
      open.live.tell(told && { ...told, selection: open.selection(editor!) });
    }
  };
  const tellSoon = () => (timer ??= setTimeout(tell, tellAfterMs));
  const show = () => {
    const editor = vscode.window.activeTextEditor;
    const open = editor && notes.of(editor.document.uri);
    if (!open) return item.hide();
    const { icon, words } = noteWords(open.state, notes.team?.sync);
    const others = peopleWords(open.live.peers().map(({ name }) => name));
    const here = others ? `${others} here` : '';
    item.text = [`$(${icon}) ${words}`, here].filter(Boolean).join(' · ');
    item.tooltip = [open.note.title, `${words}.`, here, open.note.notice, 'Press to open it in the companion.']
      .filter(Boolean)
      .join('\n');
    item.accessibilityInformation = { label: ['Note', words, here].filter(Boolean).join(', ') };
    item.command = {
      command: 'benchmate.openCompanion',
      title: 'Open Companion',
      arguments: [pathTo('notes', open.note.noteId)],
    };
    item.show();
  };
  const look = () => {
    for (const open of notes.all()) cursors.show(open);
    tellSoon();
    show();
  };
  context.subscriptions.push(
    cursors,
    item,
    notes.onDidChange(open => (cursors.show(open), tellSoon(), show())),
    presence.onDidChange(tellSoon),
    vscode.window.onDidChangeVisibleTextEditors(look),
    vscode.window.onDidChangeActiveTextEditor(look),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => notes.of(textEditor.document.uri) && tellSoon()),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      const open = notes.of(document.uri);
      if (open) cursors.show(open);
    }),
    { dispose: () => clearTimeout(timer) },
  );
}

/** The one that is written in, else one that shows it. */
function editorOf({ document }: OpenNote): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  if (activeTextEditor && activeTextEditor.document === document) return activeTextEditor;
  return visibleTextEditors.find(editor => editor.document === document);
}
