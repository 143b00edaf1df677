import * as vscode from 'vscode';

export const noteScheme = 'benchmate-note';

/** `benchmate-note:/<title>.md?<id>`: the title is for people alone. */
export const noteUri = ({ noteId, title }: { noteId: string; title: string }): vscode.Uri =>
  vscode.Uri.from({
    scheme: noteScheme,
    path: `/${title.replaceAll(/[/\\\s\p{C}]+/gu, ' ').trim() || 'Note'}.md`,
    query: noteId,
  });

/** Null for what is no note. */
export const noteIdOf = ({ scheme, query }: vscode.Uri): string | null => (scheme === noteScheme ? query : null);
