import * as vscode from 'vscode';

/** Asks before something that cannot be taken back. */
export const confirm = async (question: string, detail: string, yes: string): Promise<boolean> =>
  (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
