import * as vscode from 'vscode';
import { formatRelativeTime } from '@benchmate/shared/diff/quantity-format';
import type { NoteTitle } from '@benchmate/shared/domain/note';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import type { Part } from '../../host/part.ts';

const pauseMs = 120;
const mostFound = 30;

interface Row extends vscode.QuickPickItem {
  noteId: string;
}

/** Asks which note is meant: by its title, or by words of its text. Undefined: none, or the person changed their mind. */
export async function chooseNote({ report }: Part, client: EngineClient): Promise<string | undefined> {
  const titles = await client.notes.titles.query({});
  if (titles.length === 0) {
    void vscode.window.showInformationMessage('There is no note yet.');
    return undefined;
  }
  const rows = titles.map(rowOf);
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = 'Open a Note';
  pick.placeholder = 'Its title, or words of its text';
  pick.items = rows;
  let asking = new AbortController();
  const find = async (text: string) => {
    asking.abort();
    const { signal } = (asking = new AbortController());
    await new Promise(resolve => setTimeout(resolve, pauseMs));
    if (signal.aborted || text.trim() === '') return void (signal.aborted || (pick.items = rows));
    try {
      const { hits } = await client.textSearch.find.query({ text, typing: true, limit: 100 }, { signal });
      if (signal.aborted) return;
      const title = text.trim().toLowerCase();
      const named = rows.filter(({ label }) => label.toLowerCase().includes(title));
      const known = new Set(named.map(({ noteId }) => noteId));
      const found = hits.filter(({ kind, itemId }) => kind === 'note' && !known.has(itemId)).slice(0, mostFound);
      const inText = found.map(({ itemId, title: label, author, snippet }) => ({
        label: `$(note) ${label}`,
        description: author.name,
        detail: snippet.map(part => part.text).join(''),
        alwaysShow: true,
        noteId: itemId,
      }));
      pick.items = [...rows, ...inText];
    } catch (error) {
      if (!signal.aborted) report.quietly('Notes could not be searched', error);
    }
  };
  return new Promise(resolve => {
    pick.onDidChangeValue(text => void find(text));
    pick.onDidAccept(() => (resolve(pick.selectedItems[0]?.noteId), pick.hide()));
    pick.onDidHide(() => {
      asking.abort();
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

const rowOf = ({ noteId, title, author, createdAt, about }: NoteTitle): Row => ({
  label: `$(note) ${title}`,
  description: [author.name, formatRelativeTime(createdAt, Date.now()), about && `about ${about}`]
    .filter(Boolean)
    .join(' · '),
  noteId,
});
