import * as vscode from 'vscode';
import type { Commands, Part } from '../../host/part.ts';
import type { PresenceCache } from '../presence/presence-cache.ts';
import { chooseNote } from './choose-note.ts';
import { showMentionsOf } from './mentions-of-note.ts';
import { startNewNote } from './new-note.ts';
import { NoteFiles } from './note-files.ts';
import { startNoteLinks } from './note-links.ts';
import { completeMentions } from './note-mentions.ts';
import { startNotePresence } from './note-presence.ts';
import { noteScheme, noteUri } from './note-uri.ts';
import { OpenNotes } from './open-notes.ts';

/** Notes as editors: the text is the team's, in both directions, with the cursors of those who write in it. */
export function startNotes(part: Part & { presence: PresenceCache }): Commands {
  const { context, engine, presence } = part;
  const notes = new OpenNotes(part);
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider(noteScheme, new NoteFiles(notes), { isCaseSensitive: true }),
    completeMentions(notes),
  );
  startNotePresence(part, notes, presence);
  const edited = () => notes.of(vscode.window.activeTextEditor?.document.uri ?? vscode.Uri.parse('none:'));
  return {
    ...startNewNote(part),
    ...startNoteLinks(part, notes),
    openNote: async (wanted?: string | { noteId: string }) => {
      const { client } = await engine.session();
      const noteId = (typeof wanted === 'string' ? wanted : wanted?.noteId) ?? (await chooseNote(part, client));
      if (noteId === undefined) return undefined;
      const { note } = await notes.open(noteId);
      if (note.privacy === 'locked') void vscode.window.showInformationMessage(`“${note.title}”: ${note.notice}`);
      const uri = noteUri(note);
      await vscode.window.showTextDocument(uri, { preview: false });
      return uri;
    },
    showMentions: async () => {
      const open = edited();
      if (open) await showMentionsOf((await engine.session()).client, open.note);
      else void vscode.window.showInformationMessage('No note is being edited.');
    },
    undoInNote: () => edited()?.live.undo(),
    redoInNote: () => edited()?.live.redo(),
  };
}
