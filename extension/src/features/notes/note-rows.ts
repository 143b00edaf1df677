import * as vscode from 'vscode';
import { formatRelativeTime } from '@benchmate/shared/diff/quantity-format';
import type { NoteTitle } from '@benchmate/shared/domain/note';

/** A note's row in the Team view. */
export function noteItem(noteId: string, note: NoteTitle | undefined): vscode.TreeItem {
  if (!note) return new vscode.TreeItem('No longer a note');
  const item = new vscode.TreeItem(note.title);
  item.id = `team.note.${noteId}`;
  item.description = `${note.author.name}, ${formatRelativeTime(note.createdAt, Date.now())}`;
  item.iconPath = new vscode.ThemeIcon('note');
  item.contextValue = 'note';
  item.tooltip = [note.title, item.description, note.about && `About ${note.about}`].filter(Boolean).join('\n');
  item.accessibilityInformation = { label: `Note ${note.title}, by ${item.description}` };
  item.command = { command: 'benchmate.openNote', title: 'Open a Note', arguments: [{ noteId }] };
  return item;
}

/** Leads to the others, which are found by their words. */
export function moreNotesItem(count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(`${count.toLocaleString('en')} more`);
  item.id = 'team.notes-more';
  item.command = { command: 'benchmate.openNote', title: 'Open a Note' };
  return item;
}
