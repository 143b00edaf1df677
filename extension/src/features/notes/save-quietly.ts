import * as vscode from 'vscode';

/** What some people have done to a file with each save. In a text that others are writing it would take blanks from under the cursor. */
const changesOnSave = [
  'editor.formatOnSave',
  'files.trimTrailingWhitespace',
  'files.trimFinalNewlines',
  'files.insertFinalNewline',
] as const;

/** Saves a document that nobody saved by hand, without anything being done to its text. */
export async function saveQuietly(document: vscode.TextDocument): Promise<void> {
  const settings = vscode.workspace.getConfiguration(undefined, document);
  const actions = settings.get<Record<string, unknown>>('editor.codeActionsOnSave') ?? {};
  const isPlain = !changesOnSave.some(name => settings.get<boolean>(name)) && Object.keys(actions).length === 0;
  if (isPlain) await document.save();
  // Another one stays marked as unsaved until it is looked at: there is no way to save it as it is.
  else if (vscode.window.activeTextEditor?.document === document && vscode.window.state.focused)
    await vscode.commands.executeCommand('workbench.action.files.saveWithoutFormatting');
}
