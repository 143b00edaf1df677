import * as vscode from 'vscode';
import { handleOf } from '@benchmate/shared/domain/mention';
import { draftScheme } from '../drafts/draft-files.ts';
import { noteScheme } from './note-uri.ts';
import type { OpenNotes } from './open-notes.ts';

const begun = /(?:^|[^\p{L}\p{N}_@./-])@([\p{L}\p{M}\p{N}_.-]*)$/u;

/** After `@` the people of the team, by what mentions them. */
export function completeMentions(notes: OpenNotes): vscode.Disposable {
  const provider: vscode.CompletionItemProvider = {
    provideCompletionItems(document, position) {
      const typed = begun.exec(document.lineAt(position).text.slice(0, position.character));
      if (!typed) return [];
      const range = new vscode.Range(position.translate(0, -typed[1]!.length - 1), position);
      const people = notes.team?.members.filter(({ active, agentOf }) => active && agentOf === null) ?? [];
      const names = [...new Map(people.map(({ name, role }) => [handleOf(name), { name, role }]))];
      return names.map(([handle, { name, role }]) => ({
        label: { label: `@${handle}`, description: role },
        detail: name,
        kind: vscode.CompletionItemKind.User,
        insertText: `@${handle} `,
        filterText: `@${handle}`,
        range,
      }));
    },
  };
  return vscode.languages.registerCompletionItemProvider(
    [{ scheme: noteScheme }, { scheme: draftScheme }],
    provider,
    '@',
  );
}
